/** Mask2Former (Cheng et al. 2022). */
@NullMarked
package dev.dovetail.heads.mask2former;

import org.jspecify.annotations.NullMarked;
