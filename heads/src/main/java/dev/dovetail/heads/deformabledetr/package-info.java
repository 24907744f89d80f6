/** Deformable DETR (Zhu et al. 2021). */
@NullMarked
package dev.dovetail.heads.deformabledetr;

import org.jspecify.annotations.NullMarked;
