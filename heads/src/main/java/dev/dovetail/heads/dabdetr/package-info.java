/** DAB-DETR (Liu et al. 2022). */
@NullMarked
package dev.dovetail.heads.dabdetr;

import org.jspecify.annotations.NullMarked;
