/** Panoptic ground truth and results: JSON files and PNG files of segment ids. */
@NullMarked
package dev.dovetail.formats.panoptic;

import org.jspecify.annotations.NullMarked;
