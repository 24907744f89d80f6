/** Labels and detections of all formats: where they are read from and written to. */
@NullMarked
package dev.dovetail.cli.labels;

import org.jspecify.annotations.NullMarked;
