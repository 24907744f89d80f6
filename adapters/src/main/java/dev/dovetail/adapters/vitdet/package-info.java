/** The simple feature pyramid of ViTDet (Li et al. 2022). */
@NullMarked
package dev.dovetail.adapters.vitdet;

import org.jspecify.annotations.NullMarked;
