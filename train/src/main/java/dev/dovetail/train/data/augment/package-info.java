/** Annotated images, and the random transforms that training puts them through. */
@NullMarked
package dev.dovetail.train.data.augment;

import org.jspecify.annotations.NullMarked;
