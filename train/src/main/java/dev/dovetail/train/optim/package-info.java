/** Optimizers, learning rate schedules, gradient clipping and moving averages. */
@NullMarked
package dev.dovetail.train.optim;

import org.jspecify.annotations.NullMarked;
