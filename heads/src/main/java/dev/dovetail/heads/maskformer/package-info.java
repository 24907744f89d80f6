/** MaskFormer (Cheng et al. 2021). */
@NullMarked
package dev.dovetail.heads.maskformer;

import org.jspecify.annotations.NullMarked;
