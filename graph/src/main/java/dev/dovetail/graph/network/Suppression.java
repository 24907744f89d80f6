package dev.dovetail.graph.network;

/**
 * How the objects of one class compete in a detector: of those that overlap the best one stays.
 *
 * @param iouThreshold overlap (intersection over union) above which the weaker object goes
 * @param maxDetections how many objects of an image stay
 */
public record Suppression(float iouThreshold, int maxDetections) {}
