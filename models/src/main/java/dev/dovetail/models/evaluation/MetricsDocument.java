package dev.dovetail.models.evaluation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.models.pipeline.StageClock;
import java.util.List;
import java.util.Map;

/**
 * What {@code metrics.json} says: the metrics, and where they come from. Numbers are fractions with
 * every digit; null stands for a class without ground truth.
 */
public final class MetricsDocument {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private MetricsDocument() {}

  /** Boxes and masks: {@code bbox} and {@code segm}, the twelve numbers and AP per class. */
  public static ObjectNode metrics(Map<IouType, CocoEvaluation> metrics) {
    ObjectNode node = JSON.createObjectNode();
    metrics.forEach((type, evaluation) -> node.set(type.label(), coco(evaluation)));
    return node;
  }

  private static ObjectNode coco(CocoEvaluation evaluation) {
    ObjectNode node = JSON.createObjectNode();
    List<String> names = evaluation.statNames();
    double[] stats = evaluation.stats();
    for (int i = 0; i < stats.length; i++) {
      node.put(names.get(i), stats[i]);
    }
    ObjectNode perClass = node.putObject("AP_per_class");
    for (CocoEvaluation.CategoryMetrics category : evaluation.perCategory()) {
      put(perClass, category.name(), category.values().get("AP"), -1);
    }
    return node;
  }

  /** {@code aAcc}, {@code mIoU}, {@code mAcc} and the others, and IoU and accuracy per class. */
  public static ObjectNode metrics(SemanticEvaluation evaluation, List<String> classes) {
    ObjectNode node = JSON.createObjectNode();
    evaluation.summary().forEach((name, value) -> put(node, name, value, -1));
    for (Map.Entry<String, double[]> ratio : evaluation.perClass().entrySet()) {
      ObjectNode perClass = node.putObject(ratio.getKey() + "_per_class");
      for (int c = 0; c < evaluation.classes(); c++) {
        String name = c < classes.size() ? classes.get(c) : Integer.toString(c);
        put(perClass, name, ratio.getValue()[c], -1);
      }
    }
    return node;
  }

  private static void put(ObjectNode node, String name, double value, double absent) {
    if (Double.isNaN(value) || value == absent) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }

  /** Seconds of every stage, which overlap, and of the whole on the wall. */
  public static ObjectNode seconds(StageClock clock, double wall) {
    ObjectNode node = JSON.createObjectNode();
    clock.seconds().forEach((stage, seconds) -> node.put(stage.label(), seconds));
    node.put("wall", wall);
    return node;
  }
}
