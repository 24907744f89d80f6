package dev.dovetail.eval.browse;

import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Statistics of a data set's annotations. Crowd regions are counted separately.
 *
 * @param images number of images
 * @param empty the names of the images without objects
 * @param crowds number of crowd regions
 * @param classes in the order of the file
 * @param together {@code [K, K]}: number of images with objects of both classes; on the diagonal,
 *     of one class
 * @param areas in square pixels, ascending, of all objects
 * @param aspects width over height of all boxes, ascending
 */
public record SetStatistics(
    int images,
    List<String> empty,
    long crowds,
    List<ClassCount> classes,
    long[][] together,
    double[] areas,
    double[] aspects) {

  /**
   * The statistics of a class.
   *
   * @param objects number of objects
   * @param images number of images with an object
   * @param medianArea in square pixels; NaN without objects
   * @param area total area of the objects, in square pixels
   */
  public record ClassCount(
      String name, long objects, long images, double medianArea, double area) {}

  /**
   * {@return the statistics of a data set}
   *
   * @param set the annotations
   */
  public static SetStatistics of(CocoDataset set) {
    Map<Long, Integer> places = new HashMap<>();
    set.categories().forEach(category -> places.put(category.id(), places.size()));
    int n = places.size();
    Map<Long, Set<Integer>> ofImage = new HashMap<>();
    List<List<Double>> areas = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      areas.add(new ArrayList<>());
    }
    List<Double> aspects = new ArrayList<>();
    long crowds = 0;
    for (CocoAnnotation object : set.annotations()) {
      Integer k = places.get(object.categoryId());
      if (object.crowd() == Crowd.YES) {
        crowds++;
      } else if (k != null) {
        ofImage.computeIfAbsent(object.imageId(), image -> new HashSet<>()).add(k);
        areas.get(k).add(area(object));
        if (object.box().width() > 0 && object.box().height() > 0) {
          aspects.add(object.box().width() / object.box().height());
        }
      }
    }
    long[][] together = new long[n][n];
    for (Set<Integer> met : ofImage.values()) {
      for (int one : met) {
        for (int other : met) {
          together[one][other]++;
        }
      }
    }
    List<ClassCount> classes = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      double[] sorted = sorted(areas.get(k));
      classes.add(
          new ClassCount(
              set.categories().get(k).name(),
              sorted.length,
              together[k][k],
              sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2],
              Arrays.stream(sorted).sum()));
    }
    return new SetStatistics(
        set.images().size(),
        set.images().stream()
            .filter(image -> !ofImage.containsKey(image.id()))
            .map(CocoImage::fileName)
            .toList(),
        crowds,
        classes,
        together,
        sorted(areas.stream().flatMap(List::stream).toList()),
        sorted(aspects));
  }

  private static double area(CocoAnnotation object) {
    return Double.isNaN(object.area())
        ? object.box().width() * object.box().height()
        : object.area();
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(v -> v).filter(Double::isFinite).sorted().toArray();
  }

  /** {@return the number of objects} */
  public long objects() {
    return areas.length;
  }

  /**
   * {@return the number of values in each bin}
   *
   * @param values ascending
   * @param bounds the lower bounds of the bins, ascending, and the upper bound of the last one
   */
  public static long[] histogram(double[] values, double... bounds) {
    long[] counts = new long[bounds.length - 1];
    for (double value : values) {
      int at = Arrays.binarySearch(bounds, value);
      int bin = at >= 0 ? at : -at - 2;
      counts[Math.max(0, Math.min(counts.length - 1, bin))]++;
    }
    return counts;
  }
}
