/** The section {@code training} of a config, which specifies how a model is trained. */
@NullMarked
package dev.dovetail.train.recipe;

import org.jspecify.annotations.NullMarked;
