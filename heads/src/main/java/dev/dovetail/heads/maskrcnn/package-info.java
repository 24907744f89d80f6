/** Faster, Mask and Cascade R-CNN: detectors of two stages and more. */
@NullMarked
package dev.dovetail.heads.maskrcnn;

import org.jspecify.annotations.NullMarked;
