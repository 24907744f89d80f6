/** Training sets, samplers, and batches that worker threads prepare ahead of each step. */
@NullMarked
package dev.dovetail.train.data;

import org.jspecify.annotations.NullMarked;
