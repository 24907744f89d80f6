/** Parameters of an evaluation: overlap, protocol, thresholds, sizes, images and categories. */
@NullMarked
package dev.dovetail.eval.coco.params;

import org.jspecify.annotations.NullMarked;
