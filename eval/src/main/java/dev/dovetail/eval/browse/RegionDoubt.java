package dev.dovetail.eval.browse;

/**
 * The regions of one class that are predicted as another.
 *
 * @param label the index of the class
 * @param prediction the index of the predicted class; the number of classes for none
 * @param regions number of regions
 * @param pixels number of pixels in all regions
 */
public record RegionDoubt(int label, int prediction, long regions, long pixels) {}
