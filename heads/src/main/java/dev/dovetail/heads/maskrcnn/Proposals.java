package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Tensor;

/**
 * A list of the boxes of a batch of images.
 *
 * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
 * @param image int64 [n]: index of the box's image in the batch
 */
public record Proposals(Tensor boxes, Tensor image) {}
