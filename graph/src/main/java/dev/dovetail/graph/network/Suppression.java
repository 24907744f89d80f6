package dev.dovetail.graph.network;

/**
 * The parameters of non-maximum suppression between objects of the same class.
 *
 * @param iouThreshold the IoU (intersection over union) above which the object with the lower score
 *     is removed
 * @param maxDetections the maximum number of objects per image
 */
public record Suppression(float iouThreshold, int maxDetections) {}
