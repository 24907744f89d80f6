/** COCO ground truth and result files: streamed, checked, never repaired. */
@NullMarked
package dev.dovetail.formats.coco;

import org.jspecify.annotations.NullMarked;
