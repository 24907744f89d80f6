/**
 * Object detection and instance segmentation: boxes with labels and scores, with or without masks.
 */
@NullMarked
package dev.dovetail.tasks.detection;

import org.jspecify.annotations.NullMarked;
