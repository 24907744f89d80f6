/** Loss functions. */
@NullMarked
package dev.dovetail.train.loss;

import org.jspecify.annotations.NullMarked;
