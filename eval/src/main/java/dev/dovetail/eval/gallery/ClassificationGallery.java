package dev.dovetail.eval.gallery;

import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import java.io.IOException;
import java.util.List;

/** A gallery of images with their true and predicted classes. Each image is one object. */
public final class ClassificationGallery implements GallerySource {

  private static final int WRONG = 0;
  private static final int AMONG = 1;
  private static final int RIGHT = 2;

  private final List<String> classes;
  private final List<Classified> all;
  private final PhotoFolder photos;
  private final boolean predicted;

  /**
   * An image and its prediction.
   *
   * @param name of its file, below the directory of the images
   * @param label its class
   * @param best the predicted classes, best first; -1 for a class that the data set does not have;
   *     empty without a prediction
   * @param scores of these classes; NaN if the file has none
   */
  public record Classified(String name, int label, int[] best, double[] scores) {

    /**
     * {@return the rank of the image's class among the best, starting at 0; their number if it is
     * not among them}
     */
    int rank() {
      int rank = 0;
      while (rank < best.length && best[rank] != label) {
        rank++;
      }
      return rank;
    }

    /** {@return the column of the confusion matrix: the best class, or the number of classes} */
    int takenAs(int classes) {
      return best[0] < 0 ? classes : best[0];
    }
  }

  /**
   * Creates a gallery of images.
   *
   * @param classes the names of the classes
   * @param all the images
   * @param photos the files of the images
   */
  public ClassificationGallery(List<String> classes, List<Classified> all, PhotoFolder photos) {
    this.classes = classes;
    this.all = all;
    this.photos = photos;
    this.predicted = all.stream().anyMatch(image -> image.best().length > 0);
  }

  /**
   * {@return [K + 1, K + 1]: the number of images of each class by predicted class; the last column
   * is for classes that the data set does not have}
   *
   * @param classes number of classes
   * @param all the images
   */
  public static long[][] confusion(int classes, List<Classified> all) {
    long[][] counts = new long[classes + 1][classes + 1];
    for (Classified image : all) {
      counts[image.label()][image.takenAs(classes)]++;
    }
    return counts;
  }

  @Override
  public int images() {
    return all.size();
  }

  @Override
  public GalleryInfo info() {
    if (!predicted) {
      List<Kind> kinds = List.of(new Kind("label", "image", "of a class", Look.GOOD, true));
      return new GalleryInfo(classes, kinds, List.of(), List.of(), "", Double.NaN);
    }
    return new GalleryInfo(
        classes,
        List.of(
            new Kind("wrong", "wrong", "its class is not among the predicted ones", Look.BAD, true),
            new Kind("among", "second to fifth best", "another class is better", Look.NEAR, true),
            new Kind("right", "right", "its class is the best", Look.GOOD, true)),
        List.of(
            new Measure("score of the wrong class", true, true),
            new Measure("score of its class", true, false)),
        List.of(),
        "",
        0);
  }

  @Override
  public GalleryImage image(int number, PictureFiles files) throws IOException {
    Classified image = all.get(number);
    PhotoFolder.Photo photo = photos.copy(files, number, image.name());
    if (!predicted) {
      List<GalleryObject> label =
          List.of(object(0, image.label(), Double.NaN, photo.size(), Match.NONE));
      return new GalleryImage(image.name(), photo.size(), photo.isThere(), new double[0], label);
    }
    int rank = image.rank();
    boolean found = rank < image.best().length;
    int kind = rank == 0 ? RIGHT : found ? AMONG : WRONG;
    double score = image.scores()[0];
    int as = image.takenAs(classes.size());
    List<GalleryObject> objects = List.of(object(kind, image.label(), score, photo.size(), as));
    double certainty = Double.isNaN(score) ? 1 : score;
    double[] values = {
      kind == RIGHT ? Double.NaN : certainty, found ? image.scores()[rank] : Double.NaN
    };
    return new GalleryImage(image.name(), photo.size(), photo.isThere(), values, objects);
  }

  private static GalleryObject object(int kind, int label, double score, Size size, int as) {
    return new GalleryObject(
        kind,
        label,
        score,
        new Box(0, 0, size.width(), size.height()),
        size.pixels(),
        new Match(Match.NONE, 0, label, as),
        List.of());
  }
}
