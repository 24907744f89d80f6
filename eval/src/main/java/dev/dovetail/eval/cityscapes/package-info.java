/** What cityscapesScripts tells of label maps beyond the IoU of classes. */
@NullMarked
package dev.dovetail.eval.cityscapes;

import org.jspecify.annotations.NullMarked;
