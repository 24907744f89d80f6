/** Mask R-CNN, UperNet, Mask2Former. */
@NullMarked
package dev.dovetail.heads;

import org.jspecify.annotations.NullMarked;
