/**
 * What an evaluation is parametrised by: the overlap, the protocol, thresholds, sizes, images and
 * categories.
 */
@NullMarked
package dev.dovetail.eval.coco.params;

import org.jspecify.annotations.NullMarked;
