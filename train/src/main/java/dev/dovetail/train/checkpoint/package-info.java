/** What a training writes and reads: weights, and the state that a resumed run goes on from. */
@NullMarked
package dev.dovetail.train.checkpoint;

import org.jspecify.annotations.NullMarked;
