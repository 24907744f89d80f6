/** Mask R-CNN (He et al. 2017). */
@NullMarked
package dev.dovetail.heads.maskrcnn;

import org.jspecify.annotations.NullMarked;
