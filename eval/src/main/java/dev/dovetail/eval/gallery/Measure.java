package dev.dovetail.eval.gallery;

/**
 * A numeric property of each image.
 *
 * @param name the displayed name
 * @param isPercent whether values are fractions that are shown in percent
 * @param isHighBad whether the images with the highest values are the worst
 */
public record Measure(String name, boolean isPercent, boolean isHighBad) {}
