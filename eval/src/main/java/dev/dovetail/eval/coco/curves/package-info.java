/**
 * Precision-recall curves of matched detections and their summary, also for resampled images.
 * Applications use them through {@link dev.dovetail.eval.coco.CocoEvaluation}.
 */
@NullMarked
package dev.dovetail.eval.coco.curves;

import org.jspecify.annotations.NullMarked;
