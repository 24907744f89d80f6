/** Panoptic segmentation, which assigns every pixel to a thing or to a kind of stuff. */
@NullMarked
package dev.dovetail.tasks.panoptic;

import org.jspecify.annotations.NullMarked;
