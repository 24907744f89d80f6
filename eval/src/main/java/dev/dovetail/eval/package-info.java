/** COCO AP and semantic segmentation metrics. */
@NullMarked
package dev.dovetail.eval;

import org.jspecify.annotations.NullMarked;
