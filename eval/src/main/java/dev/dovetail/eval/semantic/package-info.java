/**
 * Accuracy and IoU of label maps, defined as in mmsegmentation and computed from exact pixel
 * counts.
 */
@NullMarked
package dev.dovetail.eval.semantic;

import org.jspecify.annotations.NullMarked;
