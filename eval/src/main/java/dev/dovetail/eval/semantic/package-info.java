/** Accuracy and IoU of label maps as mmsegmentation defines them, from exact pixel counts. */
@NullMarked
package dev.dovetail.eval.semantic;

import org.jspecify.annotations.NullMarked;
