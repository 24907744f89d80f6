/** Predictions in formats other than COCO. */
@NullMarked
package dev.dovetail.formats.predictions;

import org.jspecify.annotations.NullMarked;
