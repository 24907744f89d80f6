package dev.dovetail.eval.gallery;

import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.analysis.ObjectFates;
import dev.dovetail.eval.analysis.TruthFate;
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.matching.CocoOverlaps.ImageObjects;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.matching.ImageOverlaps;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A gallery of detections and ground truths, with the analysis of each. */
public final class DetectionGallery implements GallerySource {

  /**
   * The lowest score of a detection with an outline. The outlines of the others would be most of
   * the data and are rarely viewed.
   */
  private static final double OUTLINED = 0.05;

  private static final int NONE = Match.NONE;
  private static final double[] NO_KEYPOINTS = {};
  private static final int VISIBLE = 2;

  private final CocoDataset dataset;
  private final CocoOverlaps overlaps;
  private final DetectionAnalysis analysis;
  private final PhotoFolder photos;
  private final double threshold;

  /**
   * Creates the gallery of an evaluation.
   *
   * @param dataset the ground truth
   * @param overlaps with the detections
   * @param analysis of both
   * @param photos the image files
   */
  public DetectionGallery(
      CocoDataset dataset, CocoOverlaps overlaps, DetectionAnalysis analysis, PhotoFolder photos) {
    this.dataset = dataset;
    this.overlaps = overlaps;
    this.analysis = analysis;
    this.photos = photos;
    this.threshold = analysis.confidence().best();
  }

  /** {@return the id of the kind of objects with an error} */
  public static String kind(ErrorType type) {
    return DetectionKind.kinds().get(DetectionKind.of(type, false).ordinal()).id();
  }

  /** {@return the id of the kind of an object in a gallery of this class} */
  public static String kindOf(GalleryObject object) {
    return DetectionKind.kinds().get(object.kind()).id();
  }

  /** {@return whether an object in a gallery of this class is a ground truth that was found} */
  public static boolean isFound(GalleryObject object) {
    return object.kind() == DetectionKind.FOUND.ordinal();
  }

  @Override
  public int images() {
    return overlaps.images();
  }

  @Override
  public GalleryInfo info() {
    return new GalleryInfo(
        analysis.categories().stream().map(CocoCategory::name).toList(),
        DetectionKind.kinds(),
        List.of(
            new Measure("F1", true, false),
            new Measure("missed", false, true),
            new Measure("wrong", false, true),
            new Measure("right", false, false)),
        List.of(),
        overlaps.type().overlap(),
        threshold,
        Skeletons.of(keypoints()));
  }

  @Override
  public GalleryImage image(int image, PictureFiles files) throws IOException {
    ImageObjects found = overlaps.objects(image);
    int categories = analysis.categories().size();
    int[] listed =
        IntStream.range(0, found.rows().length)
            .filter(d -> found.overlaps().category()[d] < categories)
            .limit(DetectionAnalysis.MAX_DETECTIONS)
            .toArray();
    ImageOverlaps pairs =
        found.overlaps().ofCategoriesBelow(categories).first(DetectionAnalysis.MAX_DETECTIONS);
    ObjectFates fates = ObjectFates.of(pairs);
    CocoImage entry = dataset.images().get(pairs.image());
    PhotoFolder.Photo photo = photos.copy(files, image, entry);
    List<GalleryObject> objects = new ArrayList<>();
    for (int t = 0; t < pairs.truths(); t++) {
      objects.add(truth(found, pairs, fates, t, photo.size()));
    }
    for (int d = 0; d < listed.length; d++) {
      objects.add(detection(found, pairs, fates, d, found.rows()[listed[d]]));
    }
    return new GalleryImage(
        entry.fileName(), photo.size(), photo.isThere(), values(pairs, fates), objects);
  }

  private GalleryObject truth(
      ImageObjects found, ImageOverlaps pairs, ObjectFates fates, int t, Size size) {
    CocoAnnotation annotation = dataset.annotations().get(found.annotations()[t]);
    int taker = NONE;
    for (int d = 0; d < pairs.detections() && taker == NONE; d++) {
      taker = fates.takes(d, t) ? d : NONE;
    }
    int as = fates.takenAs()[t];
    boolean counted = as != ObjectFates.UNCOUNTED;
    return new GalleryObject(
        DetectionKind.of(fates.truths()[t]).ordinal(),
        pairs.truthCategory()[t],
        Double.NaN,
        box(annotation, size),
        annotation.area(),
        new Match(
            taker == NONE ? NONE : pairs.truths() + taker,
            taker == NONE ? 0 : pairs.overlap()[taker][t],
            counted ? pairs.truthCategory()[t] : NONE,
            !counted ? NONE : as == ObjectFates.NOTHING ? nothing() : as),
        outline(annotation.segmentation(), size),
        hasKeypoints() ? annotation.keypoints().values() : NO_KEYPOINTS);
  }

  private GalleryObject detection(
      ImageObjects found, ImageOverlaps pairs, ObjectFates fates, int d, int row) {
    ImageDetections detections = found.detections();
    double[] box = Arrays.copyOfRange(detections.boxes(), 4 * row, 4 * row + 4);
    ErrorType error = fates.error()[d];
    int partner = fates.partner()[d];
    boolean ofNothing = fates.ofNothing()[d];
    boolean outlined = overlaps.type().needsMasks() && pairs.score()[d] >= OUTLINED;
    return new GalleryObject(
        DetectionKind.of(error, fates.ignored()[d]).ordinal(),
        pairs.category()[d],
        pairs.score()[d],
        new Box(box[0], box[1], box[2], box[3]),
        detections.area(row),
        new Match(
            partner,
            partner == NONE ? 0 : pairs.overlap()[d][partner],
            ofNothing ? nothing() : NONE,
            ofNothing ? pairs.category()[d] : NONE),
        outlined ? Outlines.of(detections.mask(row)) : List.of(),
        hasKeypoints() ? allKnown(detections.keypoints(row)) : NO_KEYPOINTS);
  }

  /** Returns the largest number of keypoints of an object. */
  private int keypoints() {
    return hasKeypoints()
        ? dataset.annotations().stream()
            .mapToInt(a -> a.keypoints().values().length / Keypoints.STRIDE)
            .max()
            .orElse(0)
        : 0;
  }

  private boolean hasKeypoints() {
    return overlaps.type() == IouType.KEYPOINTS;
  }

  /** Marks all points of a detection as visible. Their third values are scores or undefined. */
  private static double[] allKnown(double... keypoints) {
    double[] known = keypoints.clone();
    for (int i = 2; i < known.length; i += Keypoints.STRIDE) {
      known[i] = VISIBLE;
    }
    return known;
  }

  /** Returns the row and the column of the confusion matrix after those of the classes. */
  private int nothing() {
    return analysis.categories().size();
  }

  /** Returns the box in the file or, if it has none, the box of the mask. */
  private static Box box(CocoAnnotation annotation, Size size) {
    if (!annotation.box().isAbsent()) {
      return annotation.box();
    }
    Rle.Box box = annotation.segmentation().toRle(size.height(), size.width()).box();
    return new Box(box.x(), box.y(), box.width(), box.height());
  }

  private List<double[]> outline(Segmentation segmentation, Size size) {
    return overlaps.type().needsMasks() ? Outlines.of(segmentation, size) : List.of();
  }

  private double[] values(ImageOverlaps pairs, ObjectFates fates) {
    long truths = Arrays.stream(fates.truths()).filter(f -> f != TruthFate.CROWD).count();
    long right = 0;
    long wrong = 0;
    for (int d = 0; d < pairs.detections(); d++) {
      if (pairs.score()[d] >= threshold && !fates.ignored()[d]) {
        right += fates.error()[d] == null ? 1 : 0;
        wrong += fates.error()[d] == null ? 0 : 1;
      }
    }
    double f1 = 2 * right / (double) (right + wrong + truths);
    return new double[] {f1, truths - right, wrong, right};
  }
}
