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
 * The images of a set with the overlaps of detections and ground truths of all categories: what an
 * analysis of errors looks at. Images and categories are those that the parameters choose.
 */
public final class CocoOverlaps {

  /** The share of a detection in void from which on it says nothing. */
  private static final double VOID = 0.5;

  private final GroundTruths truths;
  private final ResultImages results;
  private final int limit;
  private final IdIndex unlisted = new IdIndex();

  /**
   * Overlaps of a result list that was scored before; its oddities are not reported again.
   *
   * @param dataset the ground truth
   * @param results the detections
   * @param params what to evaluate
   * @param limit how many detections of an image are looked at, the highest scores of all
   *     categories that are listed, and what lies between of others
   * @throws FormatException if the ground truth lacks what the type needs, or a detection is of an
   *     image that is not listed
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

  /** {@return what the overlaps are measured on} */
  public IouType type() {
    return truths.type();
  }

  /** {@return the categories that the numbers in {@link ImageOverlaps} stand for} */
  public List<CocoCategory> categories() {
    return truths.categoryList();
  }

  /** {@return number of categories that detections have and the ground truth does not list} */
  public int unlistedCategories() {
    return unlisted.size();
  }

  /**
   * Takes all images into accumulators, on all processors, and merges those by ascending image.
   *
   * @param <A> the accumulator
   * @param empty makes one
   * @param accumulate adds an image to one
   * @param merge adds the second to the first
   * @return one with all images
   * @throws IOException if a mask is needed and is none
   */
  public <A> A collect(
      Supplier<A> empty, BiConsumer<A, ImageOverlaps> accumulate, BiConsumer<A, A> merge)
      throws IOException {
    return Slices.collect(
        truths.images(), empty, (into, image) -> accumulate.accept(into, image(image)), merge);
  }

  /** {@return number of images} */
  public int images() {
    return truths.images();
  }

  private ImageOverlaps image(int image) throws FormatException {
    return objects(image).overlaps();
  }

  /**
   * The objects of an image and how they overlap.
   *
   * @param overlaps of both
   * @param annotations {@code [G]}: the places of the ground truths in the list of their file
   * @param detections all of the image
   * @param rows {@code [D]}: the places of the overlapping detections among them
   */
  public record ImageObjects(
      ImageOverlaps overlaps, int[] annotations, ImageDetections detections, int[] rows) {}

  /**
   * {@return the objects of an image; threads may ask at the same time}
   *
   * @param image its number
   * @throws FormatException if a mask is needed and is none
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

  /** Whether a detection says nothing if it finds no ground truth. */
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

  /** How many detections there are up to the last one that may be looked at. */
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
