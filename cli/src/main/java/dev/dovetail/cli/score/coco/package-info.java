/** Scores of detections, as pycocotools, boundary-iou-api and lvis-api compute them. */
@NullMarked
package dev.dovetail.cli.score.coco;

import org.jspecify.annotations.NullMarked;
