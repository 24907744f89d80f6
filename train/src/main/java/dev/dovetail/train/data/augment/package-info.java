/** Annotated images, and the random transforms of data augmentation. */
@NullMarked
package dev.dovetail.train.data.augment;

import org.jspecify.annotations.NullMarked;
