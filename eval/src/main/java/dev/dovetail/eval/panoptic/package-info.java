/** Panoptic quality, equal to panopticapi's. */
@NullMarked
package dev.dovetail.eval.panoptic;

import org.jspecify.annotations.NullMarked;
