/**
 * Overlaps of detections with ground truths, the rules of the protocols, and greedy matching.
 * Applications use {@link dev.dovetail.eval.coco.CocoEvaluator}. From this package, they need only
 * {@link dev.dovetail.eval.coco.matching.ImageDetections}, and {@link
 * dev.dovetail.eval.coco.matching.CocoOverlaps} for custom analyses.
 */
@NullMarked
package dev.dovetail.eval.coco.matching;

import org.jspecify.annotations.NullMarked;
