/** Detections, scored as pycocotools, boundary-iou-api and lvis-api do. */
@NullMarked
package dev.dovetail.cli.score.coco;

import org.jspecify.annotations.NullMarked;
