/** Panoptic ground truth and results: JSON files and PNG files of segment ids. */
@NullMarked
package dev.dovetail.data.panoptic;

import org.jspecify.annotations.NullMarked;
