package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Tensor;

/**
 * Boxes of a batch of images in one list.
 *
 * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
 * @param image int64 [n]: which image of the batch a box belongs to
 */
public record Proposals(Tensor boxes, Tensor image) {}
