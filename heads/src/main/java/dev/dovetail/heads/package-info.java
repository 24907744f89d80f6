/** Mask R-CNN, UperNet, Mask2Former. */
package dev.dovetail.heads;
