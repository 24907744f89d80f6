package dev.dovetail.formats;

/**
 * The embedding of an image. The array is the object's own: it is read, never written.
 *
 * @param values [channels]
 */
public record FeatureVector(float[] values) {}
