/** Training sets, the order of their images, and batches that threads make ahead of the step. */
@NullMarked
package dev.dovetail.train.data;

import org.jspecify.annotations.NullMarked;
