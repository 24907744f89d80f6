/** Readers and writers of labels and detections in all formats. */
@NullMarked
package dev.dovetail.cli.labels;

import org.jspecify.annotations.NullMarked;
