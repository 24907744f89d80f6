package dev.dovetail.eval.gallery;

import java.util.List;

/**
 * What all images of a gallery share.
 *
 * @param classes their names
 * @param kinds of objects
 * @param measures of images; the first orders them
 * @param layers pictures of each image beside the photo, such as its label maps
 * @param overlap what the overlap of two objects is called, such as {@code IoU}; empty where an
 *     object is a whole image, as of a classifier
 * @param score from which on objects are shown at first; NaN where objects have none
 * @param skeleton keypoints of an object that are joined by a line, two and two
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
   * What images share whose objects have no keypoints.
   *
   * @param classes their names
   * @param kinds of objects
   * @param measures of images
   * @param layers pictures of each image beside the photo
   * @param overlap what the overlap of two objects is called
   * @param score from which on objects are shown at first
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
   * A picture that lies over the photo.
   *
   * @param id the end of its files' names
   * @param name as it is shown
   */
  public record Layer(String id, String name) {}

  /** {@return whether an object is a whole image, as of a classifier} */
  public boolean isOfWholeImages() {
    return overlap.isEmpty();
  }

  int kind(String id) {
    for (int k = 0; k < kinds.size(); k++) {
      if (kinds.get(k).id().equals(id)) {
        return k;
      }
    }
    throw new IllegalArgumentException("no kind is called " + id);
  }
}
