package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;
import java.util.List;

/**
 * An image of a gallery.
 *
 * @param name its file
 * @param size height and width that the boxes of its objects refer to
 * @param hasPhoto whether there is a picture of it
 * @param values one for each {@link Measure}; NaN for none
 * @param objects ground truths and predictions
 */
public record GalleryImage(
    String name, Size size, boolean hasPhoto, double[] values, List<GalleryObject> objects) {}
