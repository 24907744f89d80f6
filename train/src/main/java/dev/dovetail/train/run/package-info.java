/**
 * The training of a model, from its config to its checkpoints: what {@code Dovetail.train} runs.
 */
@NullMarked
package dev.dovetail.train.run;

import org.jspecify.annotations.NullMarked;
