/**
 * Curves of precision and recall from matched detections, their summary, and the same for resampled
 * images. Programs read them from {@link dev.dovetail.eval.coco.CocoEvaluation}.
 */
@NullMarked
package dev.dovetail.eval.coco.curves;

import org.jspecify.annotations.NullMarked;
