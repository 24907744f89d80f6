/** Panoptic quality, equal to that of panopticapi. */
@NullMarked
package dev.dovetail.eval.panoptic;

import org.jspecify.annotations.NullMarked;
