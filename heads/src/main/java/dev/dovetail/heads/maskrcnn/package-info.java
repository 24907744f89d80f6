/** Faster, Mask and Cascade R-CNN: detectors with two or more stages. */
@NullMarked
package dev.dovetail.heads.maskrcnn;

import org.jspecify.annotations.NullMarked;
