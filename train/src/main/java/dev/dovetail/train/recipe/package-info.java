/** How a model is trained: the section {@code training} of its config. */
@NullMarked
package dev.dovetail.train.recipe;

import org.jspecify.annotations.NullMarked;
