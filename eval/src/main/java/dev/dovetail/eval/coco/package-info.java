/** Average precision and recall as the COCO tools define them, equal to the last digit. */
package dev.dovetail.eval.coco;
