/** The metrics of cityscapesScripts for label maps, in addition to the IoU of classes. */
@NullMarked
package dev.dovetail.eval.cityscapes;

import org.jspecify.annotations.NullMarked;
