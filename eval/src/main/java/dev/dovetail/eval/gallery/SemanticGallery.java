package dev.dovetail.eval.gallery;

import dev.dovetail.eval.gallery.GalleryInfo.Layer;
import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * A gallery of label maps: the true one, the predicted one, their differences, and the regions in
 * which one class was predicted as another.
 */
public final class SemanticGallery implements GallerySource {

  private static final int RIGHT = 0;
  private static final int CONFUSED = 1;
  private static final int OPAQUE = 0xff000000;
  private static final int WRONG = 0xffe8352b;
  private static final int WRONG_AT_BOUNDARY = 0xffffb020;
  private static final int IGNORED = 0xb0808080;
  private static final int CLEAR = 0;

  /** The number of regions shown of an image. Without a limit, many would be single pixels. */
  private static final int MOST = 60;

  private final List<String> classes;
  private final Maps maps;
  private final PhotoFolder photos;
  private final Counts all = new Counts();

  /** Counts of pixels over all images. */
  private static final class Counts {
    private final LongAdder near = new LongAdder();
    private final LongAdder far = new LongAdder();
    private final LongAdder wrongNear = new LongAdder();
    private final LongAdder wrongFar = new LongAdder();
  }

  /** The label maps of a data set. */
  public interface Maps {

    /** {@return the number of images} */
    int images();

    /** {@return the path of an image's map below its directory, without extension} */
    String name(int image);

    /**
     * {@return the true and predicted classes of an image}
     *
     * @throws IOException if a map cannot be read
     */
    ClassMaps read(int image) throws IOException;
  }

  /**
   * The classes of the pixels of an image, row by row.
   *
   * @param truth a class, {@link LabelMapping#IGNORED}, or the number of classes for a value that
   *     is not a class
   * @param prediction a class, or the number of classes for a value that is not a class
   */
  public record ClassMaps(Size size, int[] truth, int[] prediction) {}

  /**
   * Creates a gallery of label maps.
   *
   * @param classes the names of the classes
   * @param maps of all images
   * @param photos the image files
   */
  public SemanticGallery(List<String> classes, Maps maps, PhotoFolder photos) {
    this.classes = classes;
    this.maps = maps;
    this.photos = photos;
  }

  @Override
  public int images() {
    return maps.images();
  }

  @Override
  public GalleryInfo info() {
    return new GalleryInfo(
        classes,
        List.of(
            new Kind(
                "right",
                "right",
                "pixels of a class that are predicted correctly",
                Look.GOOD,
                true),
            new Kind(
                "confused",
                "confused",
                "pixels of a class that are predicted as another",
                Look.BAD,
                true)),
        List.of(
            new Measure("mIoU", true, false),
            new Measure("right pixels", true, false),
            new Measure("errors at boundaries", true, false)),
        List.of(
            new Layer("truth", "truth"),
            new Layer("prediction", "prediction"),
            new Layer("errors", "errors: red, at boundaries orange")),
        "IoU",
        Double.NaN);
  }

  @Override
  public Map<String, Double> totals() {
    double wrong = all.wrongNear.sum() + all.wrongFar.sum();
    Map<String, Double> totals = new LinkedHashMap<>();
    totals.put("% of errors at boundaries", all.wrongNear.sum() / wrong);
    totals.put("% wrong at boundaries", all.wrongNear.sum() / (double) all.near.sum());
    totals.put("% wrong elsewhere", all.wrongFar.sum() / (double) all.far.sum());
    return totals;
  }

  @Override
  public GalleryImage image(int image, PictureFiles files) throws IOException {
    ClassMaps both = maps.read(image);
    PhotoFolder.Photo photo = photos.copyOf(files, image, maps.name(image));
    BoundaryBand band = BoundaryBand.of(both.size(), both.truth());
    int width = both.size().width();
    int[] colours = colours(files, classes.size());
    files.layer(
        image, "truth", both.size(), (y, x) -> colour(both.truth()[y * width + x], colours));
    files.layer(
        image,
        "prediction",
        both.size(),
        (y, x) -> colour(both.prediction()[y * width + x], colours));
    files.layer(image, "errors", both.size(), (y, x) -> error(both, band, y * width + x));
    List<GalleryObject> regions = regions(both);
    return new GalleryImage(
        maps.name(image), both.size(), photo.isThere(), values(both, band, regions), regions);
  }

  /** Returns the opaque colors of the classes. */
  static int[] colours(PictureFiles files, int classes) {
    return IntStream.range(0, classes).map(k -> OPAQUE | files.pictures().colour(k)).toArray();
  }

  /** Returns the color of a pixel; transparent without a class. */
  static int colour(int label, int... colours) {
    return label < 0 || label >= colours.length ? CLEAR : colours[label];
  }

  private static int error(ClassMaps both, BoundaryBand band, int at) {
    int truth = both.truth()[at];
    if (truth == LabelMapping.IGNORED) {
      return IGNORED;
    }
    return truth == both.prediction()[at] ? CLEAR : band.has(at) ? WRONG_AT_BOUNDARY : WRONG;
  }

  /** A region of pixels with the same true and the same predicted class. */
  private static final class Region {

    private long pixels;
    private int left = Integer.MAX_VALUE;
    private int top = Integer.MAX_VALUE;
    private int right;
    private int bottom;

    void add(int y, int from, int to) {
      pixels += to - from;
      left = Math.min(left, from);
      right = Math.max(right, to);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }

    Box box() {
      return new Box(left, top, right - left, bottom - top);
    }
  }

  /** Returns the largest regions, the correct ones first. */
  private List<GalleryObject> regions(ClassMaps both) {
    int n = classes.size() + 1;
    Map<Integer, Region> regions = new HashMap<>();
    long[] truths = new long[n];
    long[] predictions = new long[n];
    int width = both.size().width();
    for (int y = 0; y < both.size().height(); y++) {
      int row = y * width;
      for (int from = 0, to; from < width; from = to) {
        int truth = both.truth()[row + from];
        int prediction = both.prediction()[row + from];
        to = from + 1;
        while (to < width
            && both.truth()[row + to] == truth
            && both.prediction()[row + to] == prediction) {
          to++;
        }
        if (truth != LabelMapping.IGNORED) {
          regions.computeIfAbsent(truth * n + prediction, key -> new Region()).add(y, from, to);
          truths[truth] += to - from;
          predictions[prediction] += to - from;
        }
      }
    }
    List<GalleryObject> objects = new ArrayList<>();
    regions.forEach(
        (key, region) -> {
          int truth = key / n;
          int prediction = key % n;
          double union = truths[truth] + predictions[prediction] - region.pixels;
          objects.add(
              new GalleryObject(
                  truth == prediction ? RIGHT : CONFUSED,
                  truth,
                  Double.NaN,
                  region.box(),
                  region.pixels,
                  new Match(Match.NONE, region.pixels / union, truth, prediction),
                  List.of()));
        });
    objects.sort(
        Comparator.comparingInt(GalleryObject::kind)
            .thenComparing(Comparator.comparingDouble(GalleryObject::area).reversed()));
    return objects.subList(0, Math.min(MOST + n, objects.size()));
  }

  private double[] values(ClassMaps both, BoundaryBand band, List<GalleryObject> regions) {
    long near = 0;
    long far = 0;
    long wrongNear = 0;
    long wrongFar = 0;
    boolean[] present = new boolean[classes.size() + 1];
    for (int i = 0; i < both.truth().length; i++) {
      int truth = both.truth()[i];
      if (truth != LabelMapping.IGNORED) {
        present[truth] = true;
        present[both.prediction()[i]] = true;
        int wrong = truth == both.prediction()[i] ? 0 : 1;
        if (band.has(i)) {
          near++;
          wrongNear += wrong;
        } else {
          far++;
          wrongFar += wrong;
        }
      }
    }
    all.near.add(near);
    all.far.add(far);
    all.wrongNear.add(wrongNear);
    all.wrongFar.add(wrongFar);
    double wrong = wrongNear + wrongFar;
    int classesMet = 0;
    for (int k = 0; k < classes.size(); k++) {
      classesMet += present[k] ? 1 : 0;
    }
    double overlaps =
        regions.stream()
            .filter(region -> region.kind() == RIGHT && region.label() < classes.size())
            .mapToDouble(region -> region.match().overlap())
            .sum();
    return new double[] {overlaps / classesMet, 1 - wrong / (near + far), wrongNear / wrong};
  }
}
