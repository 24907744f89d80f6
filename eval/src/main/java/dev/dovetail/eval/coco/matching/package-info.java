/**
 * Overlaps of detections with ground truths, the rules of the protocols, and the greedy matching of
 * both. Programs use {@link dev.dovetail.eval.coco.CocoEvaluator}; of this package they need {@link
 * dev.dovetail.eval.coco.matching.ImageDetections}, and {@link
 * dev.dovetail.eval.coco.matching.CocoOverlaps} for analyses of their own.
 */
@NullMarked
package dev.dovetail.eval.coco.matching;

import org.jspecify.annotations.NullMarked;
