/** RT-DETR (Zhao et al. 2024) and RT-DETRv2 (Lv et al. 2024). */
@NullMarked
package dev.dovetail.heads.rtdetr;

import org.jspecify.annotations.NullMarked;
