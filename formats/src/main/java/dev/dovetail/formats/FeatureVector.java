package dev.dovetail.formats;

/**
 * The embedding of an image. The array is not copied and must not be modified.
 *
 * @param values [channels]
 */
public record FeatureVector(float[] values) {}
