/** COCO ground truth and result files, which are streamed and checked, but never repaired. */
@NullMarked
package dev.dovetail.formats.coco;

import org.jspecify.annotations.NullMarked;
