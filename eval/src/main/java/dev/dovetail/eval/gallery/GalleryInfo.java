package dev.dovetail.eval.gallery;

import java.util.List;

/**
 * The data shared by all images of a gallery.
 *
 * @param classes the names of the classes
 * @param kinds of objects
 * @param measures of images, which are ordered by the first one
 * @param layers the pictures of each image other than its photo, such as label maps
 * @param overlap the name of the overlap of two objects, such as {@code IoU}; empty if each object
 *     is a whole image, as in classification
 * @param score the initial score threshold of the page; NaN if objects have no scores
 * @param skeleton pairs of keypoints that are joined by a line
 */
public record GalleryInfo(
    List<String> classes,
    List<Kind> kinds,
    List<Measure> measures,
    List<Layer> layers,
    String overlap,
    double score,
    List<int[]> skeleton) {

  /**
   * Creates the data of a gallery without keypoints.
   *
   * @param classes the names of the classes
   * @param kinds of objects
   * @param measures of images
   * @param layers the pictures of each image other than its photo
   * @param overlap the name of the overlap of two objects
   * @param score the initial score threshold of the page
   */
  public GalleryInfo(
      List<String> classes,
      List<Kind> kinds,
      List<Measure> measures,
      List<Layer> layers,
      String overlap,
      double score) {
    this(classes, kinds, measures, layers, overlap, score, List.of());
  }

  /**
   * A picture that is drawn over the photo.
   *
   * @param id the suffix of its file names
   * @param name the displayed name
   */
  public record Layer(String id, String name) {}

  /** {@return whether an object is a whole image, as in classification} */
  public boolean isOfWholeImages() {
    return overlap.isEmpty();
  }

  int kind(String id) {
    for (int k = 0; k < kinds.size(); k++) {
      if (kinds.get(k).id().equals(id)) {
        return k;
      }
    }
    throw new IllegalArgumentException("no kind is named " + id);
  }
}
