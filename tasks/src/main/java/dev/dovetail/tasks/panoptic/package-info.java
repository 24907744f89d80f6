/** Panoptic segmentation: every pixel belongs to one thing or to one kind of stuff. */
@NullMarked
package dev.dovetail.tasks.panoptic;

import org.jspecify.annotations.NullMarked;
