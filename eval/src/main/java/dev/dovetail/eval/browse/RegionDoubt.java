package dev.dovetail.eval.browse;

/**
 * Regions of one class that are predicted as one other.
 *
 * @param label the number of the class
 * @param prediction that of the predicted class; the number of classes for none
 * @param regions how many there are
 * @param pixels of all of them
 */
public record RegionDoubt(int label, int prediction, long regions, long pixels) {}
