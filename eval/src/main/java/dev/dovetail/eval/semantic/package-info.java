/** Accuracy and IoU of label maps as mmsegmentation defines them, from exact pixel counts. */
package dev.dovetail.eval.semantic;
