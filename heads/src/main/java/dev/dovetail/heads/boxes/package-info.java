/** Boxes, whatever predicts them: what the detectors with anchors have in common. */
@NullMarked
package dev.dovetail.heads.boxes;

import org.jspecify.annotations.NullMarked;
