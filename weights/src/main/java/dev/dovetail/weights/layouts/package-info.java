/** Rules that convert the names and shapes of a checkpoint to those of a model. */
@NullMarked
package dev.dovetail.weights.layouts;

import org.jspecify.annotations.NullMarked;
