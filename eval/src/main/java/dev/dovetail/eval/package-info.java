/** Metrics of detection, segmentation and classification, equal to those of the reference tools. */
@NullMarked
package dev.dovetail.eval;

import org.jspecify.annotations.NullMarked;
