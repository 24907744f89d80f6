package dev.dovetail.graph.network;

/**
 * What a network says about a batch of images, as values of the graph. The kinds are few, and a
 * task takes any network that gives the kind it needs.
 */
public sealed interface Predictions
    permits ObjectPredictions, PixelPredictions, ClassLogits, Embedding {}
