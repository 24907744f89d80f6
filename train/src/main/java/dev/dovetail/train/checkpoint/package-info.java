/** Reads and writes the files of a training run: weights, and the state to resume from. */
@NullMarked
package dev.dovetail.train.checkpoint;

import org.jspecify.annotations.NullMarked;
