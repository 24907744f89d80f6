/** Conditional DETR (Meng et al. 2021). */
@NullMarked
package dev.dovetail.heads.conditionaldetr;

import org.jspecify.annotations.NullMarked;
