package dev.dovetail.eval.gallery;

import dev.dovetail.eval.gallery.ConnectedRegions.Region;
import dev.dovetail.eval.gallery.GalleryInfo.Layer;
import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.eval.gallery.SemanticGallery.ClassMaps;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.Box;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A gallery of a data set's label maps: the pixels of each class in an image and, with predictions,
 * the large regions in which these disagree with the labels.
 */
public final class LabelMapGallery implements GallerySource {

  /** The id of the regions in which predictions disagree. */
  public static final String DOUBT = "doubt";

  private static final int COVERED = 0;
  private static final int DOUBTED = 1;
  private static final int DISAGREES = 0xffe8352b;
  private static final int CLEAR = 0;

  /** The minimum fraction of an image that a large region covers. */
  private static final double LARGE = 0.001;

  /** The number of regions listed of an image, the largest first. */
  private static final int MOST = 60;

  private final List<String> classes;
  private final SemanticGallery.Maps maps;
  private final boolean predicted;
  private final PhotoFolder photos;
  private final Regions regions;

  /** Receives the regions of all images. Called by several threads. */
  public interface Regions {

    /**
     * Receives the pixels of a class in an image.
     *
     * @param image the index of the image
     * @param label the class
     * @param box around the pixels
     * @param pixels number of pixels
     */
    void covered(int image, int label, Box box, long pixels);

    /**
     * Receives a region in which the prediction disagrees.
     *
     * @param label the labeled class
     * @param prediction the predicted class; the number of classes for none
     * @param pixels number of pixels
     */
    void doubted(int label, int prediction, long pixels);
  }

  /**
   * Creates a gallery of label maps.
   *
   * @param classes the names of the classes
   * @param maps of all images; predictions are read if they exist
   * @param predicted whether there are predictions
   * @param photos the image files
   * @param regions receives the regions
   */
  public LabelMapGallery(
      List<String> classes,
      SemanticGallery.Maps maps,
      boolean predicted,
      PhotoFolder photos,
      Regions regions) {
    this.classes = classes;
    this.maps = maps;
    this.predicted = predicted;
    this.photos = photos;
    this.regions = regions;
  }

  @Override
  public int images() {
    return maps.images();
  }

  @Override
  public GalleryInfo info() {
    List<Kind> kinds = new ArrayList<>();
    List<Measure> measures = new ArrayList<>();
    List<Layer> layers = new ArrayList<>();
    kinds.add(new Kind("label", "class", "all pixels of a class", Look.GOOD, true));
    if (predicted) {
      kinds.add(
          new Kind(DOUBT, "wrong label?", "a region predicted as another class", Look.BAD, true));
      measures.add(new Measure("in doubt", true, true));
      layers.add(new Layer("prediction", "prediction"));
      layers.add(new Layer("difference", "differences"));
    }
    measures.add(new Measure("classes", false, true));
    measures.add(new Measure("labelled", true, false));
    layers.add(new Layer("truth", "labels"));
    return new GalleryInfo(classes, kinds, measures, layers, "IoU", Double.NaN);
  }

  @Override
  public GalleryImage image(int image, PictureFiles files) throws IOException {
    ClassMaps both = maps.read(image);
    PhotoFolder.Photo photo = photos.copyOf(files, image, maps.name(image));
    int width = both.size().width();
    int[] truth = both.truth();
    int[] found = both.prediction();
    int[] colours = SemanticGallery.colours(files, classes.size());
    files.layer(
        image,
        "truth",
        both.size(),
        (y, x) -> SemanticGallery.colour(truth[y * width + x], colours));
    List<GalleryObject> objects = new ArrayList<>(covered(image, both));
    int met = objects.size();
    long labelled = objects.stream().mapToLong(o -> (long) o.area()).sum();
    double share = labelled / (double) truth.length;
    double[] values = {met, share};
    if (predicted) {
      files.layer(
          image,
          "prediction",
          both.size(),
          (y, x) -> SemanticGallery.colour(found[y * width + x], colours));
      files.layer(
          image,
          "difference",
          both.size(),
          (y, x) -> differs(both, y * width + x) ? DISAGREES : CLEAR);
      List<GalleryObject> doubted = doubted(both);
      long doubt = doubted.stream().mapToLong(o -> (long) o.area()).sum();
      objects.addAll(doubted);
      values = new double[] {doubt / (double) truth.length, met, share};
    }
    return new GalleryImage(maps.name(image), both.size(), photo.isThere(), values, objects);
  }

  private static boolean differs(ClassMaps both, int at) {
    return both.truth()[at] != LabelMapping.IGNORED && both.truth()[at] != both.prediction()[at];
  }

  /** Returns one object for each class of the image. */
  private List<GalleryObject> covered(int image, ClassMaps both) {
    int n = classes.size();
    long[] pixels = new long[n];
    int[] left = IntStream.range(0, n).map(k -> Integer.MAX_VALUE).toArray();
    int[] top = left.clone();
    int[] right = new int[n];
    int[] bottom = new int[n];
    for (int y = 0, at = 0; y < both.size().height(); y++) {
      for (int x = 0; x < both.size().width(); x++, at++) {
        int k = both.truth()[at];
        if (k >= 0 && k < n) {
          pixels[k]++;
          left[k] = Math.min(left[k], x);
          top[k] = Math.min(top[k], y);
          right[k] = Math.max(right[k], x + 1);
          bottom[k] = y + 1;
        }
      }
    }
    List<GalleryObject> objects = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      if (pixels[k] > 0) {
        Box box =
            new Box(left[k], top[k], right[k] - (double) left[k], bottom[k] - (double) top[k]);
        regions.covered(image, k, box, pixels[k]);
        objects.add(object(COVERED, k, k, box, pixels[k]));
      }
    }
    return objects;
  }

  /** Returns large connected regions away from the borders of the labels, the largest first. */
  private List<GalleryObject> doubted(ClassMaps both) {
    int n = classes.size() + 1;
    BoundaryBand band = BoundaryBand.of(both.size(), both.truth());
    List<Region> found =
        ConnectedRegions.of(
                both.size(),
                at ->
                    differs(both, at) && !band.has(at)
                        ? both.truth()[at] * n + both.prediction()[at]
                        : ConnectedRegions.NONE)
            .stream()
            .filter(region -> region.pixels() >= LARGE * both.truth().length)
            .sorted(Comparator.comparingLong(Region::pixels).reversed())
            .limit(MOST)
            .toList();
    List<GalleryObject> objects = new ArrayList<>();
    for (Region region : found) {
      int label = region.value() / n;
      int prediction = region.value() % n;
      regions.doubted(label, prediction, region.pixels());
      objects.add(object(DOUBTED, label, prediction, region.box(), region.pixels()));
    }
    return objects;
  }

  private static GalleryObject object(int kind, int label, int as, Box box, double pixels) {
    Match match = new Match(Match.NONE, 0, label, as);
    return new GalleryObject(kind, label, Double.NaN, box, pixels, match, List.of());
  }
}
