/** The files of a training: weights, and the state that a run resumes from. */
@NullMarked
package dev.dovetail.train.checkpoint;

import org.jspecify.annotations.NullMarked;
