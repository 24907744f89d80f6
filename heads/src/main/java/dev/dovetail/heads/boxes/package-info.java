/**
 * Common parts of detectors with anchors: anchors, box coding, suppression and lists of objects.
 */
@NullMarked
package dev.dovetail.heads.boxes;

import org.jspecify.annotations.NullMarked;
