/**
 * Types shared by annotations and results of all formats: sizes, boxes, detections, and the
 * handling of anomalies.
 */
@NullMarked
package dev.dovetail.formats;

import org.jspecify.annotations.NullMarked;
