/** COCO ground truth and result files: streamed, checked, never repaired. */
package dev.dovetail.data.coco;
