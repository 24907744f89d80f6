/** Average precision and recall, equal to those of the COCO tools to the last digit. */
@NullMarked
package dev.dovetail.eval.coco;

import org.jspecify.annotations.NullMarked;
