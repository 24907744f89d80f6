package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Accumulates images and breaks down the AP at one overlap by kinds of errors, like tidecv 1.0.1
 * with its defaults. The result depends neither on the order of the images nor on slicing.
 */
public final class ErrorEvaluator {

  /** The lowest overlap of a correct detection. */
  public static final double FOREGROUND = 0.5;

  /** The highest overlap of a detection that counts as background. */
  public static final double BACKGROUND = 0.1;

  private final int categories;
  private final List<ImageErrors> images = new ArrayList<>();

  /**
   * Creates an empty accumulator.
   *
   * @param categories number of categories
   */
  public ErrorEvaluator(int categories) {
    this.categories = categories;
  }

  /**
   * Adds all detections of an image.
   *
   * @param image the image
   */
  public void accumulate(ImageOverlaps image) {
    images.add(ImageErrors.of(image));
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   */
  public void merge(ErrorEvaluator other) {
    images.addAll(other.images);
  }

  /** {@return the breakdown of all accumulated images} */
  public ErrorBreakdown summarise() {
    List<ImageErrors> ordered = ordered();
    long[] positives = new long[categories];
    long[] unused = new long[categories];
    List<Map<ErrorType, Long>> perCategory = new ArrayList<>();
    IntStream.range(0, categories).forEach(k -> perCategory.add(zeros()));
    for (ImageErrors image : ordered) {
      int[] truths = image.truths().category();
      for (int t = 0; t < truths.length; t++) {
        TruthFate fate = image.truths().fate()[t];
        positives[truths[t]] += fate == TruthFate.CROWD ? 0 : 1;
        unused[truths[t]] += fate == TruthFate.NEARLY || fate == TruthFate.MISSED ? 1 : 0;
        if (fate == TruthFate.MISSED) {
          perCategory.get(truths[t]).merge(ErrorType.MISSED, 1L, Long::sum);
        }
      }
      for (int d = 0; d < image.size(); d++) {
        if (image.error()[d] != null) {
          perCategory.get(image.category()[d]).merge(image.error()[d], 1L, Long::sum);
        }
      }
    }
    double ap = asFound(ordered).meanAp(positives);
    Map<ErrorType, Double> cost = new EnumMap<>(ErrorType.class);
    Map<ErrorType, Long> counts = new EnumMap<>(ErrorType.class);
    for (ErrorType type : ErrorType.values()) {
      long[] remaining = positives.clone();
      long sum = 0;
      for (int k = 0; k < categories; k++) {
        long n = perCategory.get(k).get(type);
        remaining[k] -= type == ErrorType.MISSED ? n : 0;
        sum += n;
      }
      cost.put(type, Math.max(0, repaired(ordered, type).meanAp(remaining) - ap));
      counts.put(type, sum);
    }
    double falsePositives = separated(ordered).meanAp(positives) - ap;
    long[] found = positives.clone();
    for (int k = 0; k < categories; k++) {
      found[k] -= unused[k];
    }
    double falseNegatives = rebuilt(ordered).meanAp(found) - ap;
    return new ErrorBreakdown(ap, cost, counts, falsePositives, falseNegatives, perCategory);
  }

  /** {@return precision and recall of all accumulated images, by score threshold} */
  public ConfidenceCurves confidence() {
    return ConfidenceCurves.of(images, categories);
  }

  private List<ImageErrors> ordered() {
    return images.stream().sorted(Comparator.comparingInt(ImageErrors::image)).toList();
  }

  private static Map<ErrorType, Long> zeros() {
    Map<ErrorType, Long> zeros = new EnumMap<>(ErrorType.class);
    for (ErrorType type : ErrorType.values()) {
      zeros.put(type, 0L);
    }
    return zeros;
  }

  private ScoredList asFound(List<ImageErrors> ordered) {
    ScoredList list = list(ordered);
    for (ImageErrors image : ordered) {
      for (int d = 0; d < image.size(); d++) {
        if (!image.ignored()[d]) {
          list.add(image.category()[d], image.score()[d], image.error()[d] == null);
        }
      }
    }
    return list;
  }

  /**
   * False detections come first, as in the lists that tidecv rebuilds. This decides the order of
   * equal scores.
   */
  private ScoredList rebuilt(List<ImageErrors> ordered) {
    return repaired(ordered, null);
  }

  private ScoredList repaired(List<ImageErrors> ordered, ErrorType repaired) {
    ScoredList list = list(ordered);
    for (ImageErrors image : ordered) {
      for (int d = 0; d < image.size(); d++) {
        if (image.error()[d] == null) {
          continue;
        }
        if (image.error()[d] == repaired) {
          if (image.fixed()[d] != ImageErrors.REMOVED) {
            list.add(image.fixed()[d], image.score()[d], true);
          }
        } else if (!image.ignored()[d]) {
          list.add(image.category()[d], image.score()[d], false);
        }
      }
    }
    for (ImageErrors image : ordered) {
      for (int d = 0; d < image.size(); d++) {
        if (image.error()[d] == null) {
          list.add(image.category()[d], image.score()[d], true);
        }
      }
    }
    return list;
  }

  private ScoredList separated(List<ImageErrors> ordered) {
    ScoredList list = list(ordered);
    for (ImageErrors image : ordered) {
      for (int d = 0; d < image.size(); d++) {
        if (!image.ignored()[d]) {
          boolean right = image.error()[d] == null;
          list.add(image.category()[d], right ? 1 : 0, right);
        }
      }
    }
    return list;
  }

  private ScoredList list(List<ImageErrors> ordered) {
    return new ScoredList(categories, ordered.stream().mapToInt(ImageErrors::size).sum());
  }
}
