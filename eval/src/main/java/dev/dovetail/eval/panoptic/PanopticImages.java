package dev.dovetail.eval.panoptic;

import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.panoptic.PanopticEvaluation.CategoryQuality;
import dev.dovetail.eval.panoptic.PanopticEvaluation.GroupQuality;
import dev.dovetail.formats.panoptic.PanopticCategory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Panoptic quality with a weight for each image. */
record PanopticImages(List<PanopticCategory> categories, List<ImageQuality> inOrder)
    implements Resamplable {

  @Override
  public int images() {
    return inOrder.size();
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String group : evaluation(new int[images()]).overall().keySet()) {
      names.addAll(List.of("PQ " + group, "SQ " + group, "RQ " + group));
    }
    return names;
  }

  @Override
  public List<String> classes() {
    return categories.stream().map(PanopticCategory::name).toList();
  }

  @Override
  public String classMetric() {
    return "PQ";
  }

  @Override
  public double[] values(int[] times) {
    PanopticEvaluation evaluation = evaluation(times);
    double[] values = new double[names().size() + categories.size()];
    int at = 0;
    for (GroupQuality group : evaluation.overall().values()) {
      values[at++] = group.pq();
      values[at++] = group.sq();
      values[at++] = group.rq();
    }
    for (CategoryQuality category : evaluation.perCategory()) {
      values[at++] = category.occurs() ? category.pq() : Double.NaN;
    }
    return values;
  }

  private PanopticEvaluation evaluation(int[] times) {
    return PanopticEvaluation.of(categories, inOrder, times);
  }

  /** Returns the evaluation with weight 1 for every image. */
  PanopticEvaluation evaluation() {
    int[] once = new int[images()];
    Arrays.fill(once, 1);
    return evaluation(once);
  }
}
