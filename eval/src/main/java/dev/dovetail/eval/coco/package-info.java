/** Average precision and recall as the COCO tools define them, equal to the last digit. */
@NullMarked
package dev.dovetail.eval.coco;

import org.jspecify.annotations.NullMarked;
