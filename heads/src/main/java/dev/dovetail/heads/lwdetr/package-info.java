/** LW-DETR (Chen et al. 2024) and RF-DETR (Robinson et al. 2025), for boxes and masks. */
@NullMarked
package dev.dovetail.heads.lwdetr;

import org.jspecify.annotations.NullMarked;
