/**
 * Runs training from config to checkpoints. This is the implementation of {@code Dovetail.train}.
 */
@NullMarked
package dev.dovetail.train.run;

import org.jspecify.annotations.NullMarked;
