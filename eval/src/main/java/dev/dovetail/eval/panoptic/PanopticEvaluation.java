package dev.dovetail.eval.panoptic;

import dev.dovetail.formats.panoptic.PanopticCategory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Panoptic quality by category and on average (Kirillov et al., "Panoptic Segmentation", section
 * 4). Values are fractions.
 *
 * @param images number of evaluated images
 * @param perCategory in the order of the ground truth
 */
public record PanopticEvaluation(int images, List<CategoryQuality> perCategory) {

  /**
   * Copies the list.
   *
   * @param images number of evaluated images
   * @param perCategory in the order of the ground truth
   */
  public PanopticEvaluation {
    perCategory = List.copyOf(perCategory);
  }

  /**
   * The counts of one category. A category that does not occur has quality 0 and is excluded from
   * averages.
   *
   * @param iouSum of the matched pairs, added in the order of the images
   */
  public record CategoryQuality(
      PanopticCategory category, long tp, long fp, long fn, double iouSum) {

    /** {@return whether the category occurs in ground truth or predictions} */
    public boolean occurs() {
      return tp + fp + fn > 0;
    }

    /** {@return panoptic quality: segmentation quality times recognition quality} */
    public double pq() {
      return occurs() ? iouSum / weight() : 0;
    }

    /** {@return segmentation quality: the mean overlap of matched pairs} */
    public double sq() {
      return tp > 0 ? iouSum / tp : 0;
    }

    /** {@return recognition quality: the F1 score} */
    public double rq() {
      return occurs() ? tp / weight() : 0;
    }

    private double weight() {
      return tp + 0.5 * fp + 0.5 * fn;
    }
  }

  /**
   * The means over a group of categories; NaN if none occurs.
   *
   * @param n number of categories that occur
   */
  public record GroupQuality(double pq, double sq, double rq, int n) {}

  /**
   * Computes the sums over images.
   *
   * @param times the weight of each image
   */
  static PanopticEvaluation of(
      List<PanopticCategory> categories, List<ImageQuality> inOrder, int[] times) {
    int n = categories.size();
    long[] tp = new long[n];
    long[] fp = new long[n];
    long[] fn = new long[n];
    double[] sum = new double[n];
    for (int image = 0; image < times.length; image++) {
      ImageQuality quality = inOrder.get(image);
      for (int i = 0; i < quality.matched().length; i++) {
        tp[quality.matched()[i]] += times[image];
        sum[quality.matched()[i]] += times[image] * quality.ious()[i];
      }
      for (int category : quality.falsePositives()) {
        fp[category] += times[image];
      }
      for (int category : quality.falseNegatives()) {
        fn[category] += times[image];
      }
    }
    return new PanopticEvaluation(
        IntStream.of(times).sum(),
        IntStream.range(0, n)
            .mapToObj(k -> new CategoryQuality(categories.get(k), tp[k], fp[k], fn[k], sum[k]))
            .toList());
  }

  /**
   * {@return the means over all categories, over things and over stuff: {@code All, Things, Stuff}}
   */
  public Map<String, GroupQuality> overall() {
    Map<String, GroupQuality> groups = new LinkedHashMap<>();
    groups.put("All", group(category -> true));
    groups.put("Things", group(PanopticCategory::isThing));
    groups.put("Stuff", group(category -> !category.isThing()));
    return groups;
  }

  private GroupQuality group(Predicate<PanopticCategory> member) {
    List<CategoryQuality> members =
        perCategory.stream().filter(c -> c.occurs() && member.test(c.category())).toList();
    return new GroupQuality(
        mean(members, CategoryQuality::pq),
        mean(members, CategoryQuality::sq),
        mean(members, CategoryQuality::rq),
        members.size());
  }

  /**
   * Adds from left to right like the reference. The sum of a stream would compensate for rounding.
   */
  private static double mean(
      List<CategoryQuality> members, ToDoubleFunction<CategoryQuality> value) {
    double sum = 0;
    for (CategoryQuality member : members) {
      sum += value.applyAsDouble(member);
    }
    return sum / members.size();
  }
}
