package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.Slices;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.sort.ScoreOrder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.IdIndex;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The images of a data set with the overlaps between detections and ground truths of all
 * categories, as the input of error analyses. The parameters select images and categories.
 */
public final class CocoOverlaps {

  /** A detection is excused if more than this fraction of it is in void. */
  private static final double VOID = 0.5;

  private final GroundTruths truths;
  private final ResultImages results;
  private final int limit;
  private final IdIndex unlisted = new IdIndex();

  /**
   * Creates the overlaps of a list of results that was scored before. Its anomalies are not
   * reported again.
   *
   * @param dataset the ground truth
   * @param results the detections
   * @param params the parameters of the evaluation
   * @param limit number of analyzed detections per image, those of listed categories with the
   *     highest scores; detections of other categories in between are also included
   * @throws FormatException if the ground truth lacks a field that the type requires, or a
   *     detection is of an unlisted image
   */
  public CocoOverlaps(CocoDataset dataset, CocoResults results, CocoParams params, int limit)
      throws FormatException {
    this.truths = new GroundTruths(dataset, params);
    this.results = new ResultImages(truths, results, new Warnings(Strictness.LENIENT));
    this.limit = limit;
    for (int row = 0; row < results.size(); row++) {
      long category = this.results.categoryId(row);
      if (!truths.listsCategory(category)) {
        unlisted.add(category);
      }
    }
  }

  /** {@return the type of overlaps} */
  public IouType type() {
    return truths.type();
  }

  /** {@return the categories that the indices in {@link ImageOverlaps} refer to} */
  public List<CocoCategory> categories() {
    return truths.categoryList();
  }

  /** {@return the number of categories of detections that the ground truth does not list} */
  public int unlistedCategories() {
    return unlisted.size();
  }

  /**
   * Accumulates all images on all processors and merges the accumulators in the order of the
   * images.
   *
   * @param <A> the type of the accumulator
   * @param empty creates an accumulator
   * @param accumulate adds an image to an accumulator
   * @param merge adds the second accumulator to the first
   * @return the accumulator of all images
   * @throws IOException if a required mask is invalid
   */
  public <A> A collect(
      Supplier<A> empty, BiConsumer<A, ImageOverlaps> accumulate, BiConsumer<A, A> merge)
      throws IOException {
    return Slices.collect(
        truths.images(), empty, (into, image) -> accumulate.accept(into, image(image)), merge);
  }

  /** {@return the number of images} */
  public int images() {
    return truths.images();
  }

  private ImageOverlaps image(int image) throws FormatException {
    return objects(image).overlaps();
  }

  /**
   * The objects in an image and their overlaps.
   *
   * @param overlaps between detections and ground truths
   * @param annotations {@code [G]}: the indices of the ground truths in the list of their file
   * @param detections all detections of the image
   * @param rows {@code [D]}: the indices of the analyzed detections among them
   */
  public record ImageObjects(
      ImageOverlaps overlaps, int[] annotations, ImageDetections detections, int[] rows) {}

  /**
   * {@return the objects in an image} Thread-safe.
   *
   * @param image its index
   * @throws FormatException if a required mask is invalid
   */
  public ImageObjects objects(int image) throws FormatException {
    int from = truths.start(image);
    int to = truths.start(image + 1);
    int g = to - from;
    int[] inFile =
        IntStream.range(0, g)
            .filter(t -> !truths.isVoid(from + t))
            .boxed()
            .sorted(Comparator.comparingInt(t -> truths.annotation(from + t)))
            .mapToInt(t -> t)
            .toArray();
    int shown = inFile.length;
    int[] truthCategory = new int[shown];
    boolean[] crowd = new boolean[shown];
    for (int t = 0; t < shown; t++) {
      truthCategory[t] = truths.categoryOf(from + inFile[t]);
      crowd[t] = truths.isCrowd(from + inFile[t]);
    }
    ImageDetections detections = results.image(image);
    int[] rows = IntStream.range(0, detections.size()).toArray();
    ScoreOrder.sort(rows, 0, rows.length, detections.scores());
    int[] category = IntStream.of(rows).map(row -> category(detections.categoryId(row))).toArray();
    int n = cut(category);
    double[] overlaps = new double[n * g];
    Overlap.of(truths.type(), 0).fill(truths, from, to, detections, rows, n, overlaps);
    double[] score = new double[n];
    double[][] overlap = new double[n][shown];
    boolean[] excused = new boolean[n];
    for (int d = 0; d < n; d++) {
      score[d] = detections.scores()[rows[d]];
      for (int t = 0; t < shown; t++) {
        overlap[d][t] = overlaps[d * g + inFile[t]];
      }
      excused[d] = isExcused(image, detections, rows[d]);
    }
    ImageOverlaps found =
        new ImageOverlaps(
            truths.imageInFile(image),
            truthCategory,
            crowd,
            Arrays.copyOf(category, n),
            score,
            overlap,
            excused);
    return new ImageObjects(
        found,
        IntStream.of(inFile).map(t -> truths.annotation(from + t)).toArray(),
        detections,
        Arrays.copyOf(rows, n));
  }

  /** Returns whether a detection without a ground truth is excused, that is, not an error. */
  private boolean isExcused(int image, ImageDetections detections, int row) {
    long category = detections.categoryId(row);
    CocoImage entry = truths.listedImage(detections.imageId());
    boolean excused = truths.rules().isExcused(truths, image, entry, category);
    for (int t = truths.start(image); !excused && t < truths.start(image + 1); t++) {
      excused =
          truths.isVoid(t)
              && truths.categoryOf(t) == truths.category(category)
              && detections.mask(row).iou(truths.mask(t), true, 0) > VOID;
    }
    return excused;
  }

  private int category(long id) {
    int listed = truths.category(id);
    return listed >= 0 ? listed : truths.categories() + unlisted.get(id);
  }

  /** Returns the number of detections up to the last analyzed one. */
  private int cut(int[] category) {
    int listed = 0;
    for (int d = 0; d < category.length; d++) {
      listed += category[d] < truths.categories() ? 1 : 0;
      if (listed == limit) {
        return d + 1;
      }
    }
    return category.length;
  }
}
