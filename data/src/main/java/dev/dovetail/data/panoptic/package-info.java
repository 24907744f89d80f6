/** Panoptic ground truth and results: JSON files and PNG files of segment ids. */
package dev.dovetail.data.panoptic;
