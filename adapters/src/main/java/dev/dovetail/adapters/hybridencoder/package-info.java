/** The hybrid encoder of RT-DETR (Zhao et al. 2024). */
@NullMarked
package dev.dovetail.adapters.hybridencoder;

import org.jspecify.annotations.NullMarked;
