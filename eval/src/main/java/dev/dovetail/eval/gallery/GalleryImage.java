package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;
import java.util.List;

/**
 * An image of a gallery.
 *
 * @param name of its file
 * @param size height and width in pixels, to which the boxes of its objects refer
 * @param hasPhoto whether the gallery has a copy of its photo
 * @param values one for each {@link Measure}; NaN for a missing value
 * @param objects ground truths and predictions
 */
public record GalleryImage(
    String name, Size size, boolean hasPhoto, double[] values, List<GalleryObject> objects) {}
