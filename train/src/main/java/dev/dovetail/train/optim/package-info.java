/** How parameters change: optimizers, learning rates, clipping, averages. */
@NullMarked
package dev.dovetail.train.optim;

import org.jspecify.annotations.NullMarked;
