package dev.dovetail.eval.cityscapes;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of {@code evalPixelLevelSemanticLabeling} in cityscapesScripts: IoU and
 * instance-level IoU (the script's nIoU, papers' iIoU) of classes and of categories. Values are
 * fractions; NaN represents a missing value.
 *
 * @param classes by name, in the order of the train ids
 * @param categories by name, without void
 */
public record CityscapesScores(Map<String, Ious> classes, Map<String, Ious> categories) {

  /** The number of decimals in the script's tables. */
  private static final int DECIMALS = 3;

  /**
   * The metrics of a class or category, or their means over those that have a value.
   *
   * @param iou intersection over union of the pixels
   * @param instance the same with each instance weighted by the mean size of its class divided by
   *     its own size
   */
  public record Ious(double iou, double instance) {}

  /**
   * The mean number of pixels of an instance, by label, as in the script.
   *
   * @see <a href="https://github.com/mcordts/cityscapesScripts">evalPixelLevelSemanticLabeling</a>
   */
  private static final Map<String, Double> MEAN_SIZES =
      Map.of(
          "bicycle", 4672.3249222261,
          "motorcycle", 6298.7200839748,
          "rider", 3930.4788056518,
          "bus", 35732.1511111111,
          "train", 67583.7075812274,
          "car", 12794.0202738185,
          "person", 3462.4756337644,
          "truck", 27855.1264367816);

  /** The weighted numbers of pixels that were found and missed. */
  private static final class Weighted {
    private double found;
    private double missed;

    void add(int right, int size, double weight) {
      found += right * weight;
      missed += (size - right) * weight;
    }

    double iou(long falsePositives) {
      return found / (found + falsePositives + missed);
    }
  }

  /**
   * Computes the metrics.
   *
   * @param pixels the evaluation of the 19 classes
   * @param instances of the same images; if empty, instance-level metrics have no value
   * @return the metrics
   */
  public static CityscapesScores of(SemanticEvaluation pixels, Optional<InstanceCounts> instances) {
    List<CityscapesLabel> labels = CityscapesLabel.classes();
    List<String> categories = labels.stream().map(CityscapesLabel::category).distinct().toList();
    SemanticEvaluation grouped =
        pixels.grouped(labels.stream().mapToInt(l -> categories.indexOf(l.category())).toArray());
    Map<String, Weighted> byClass = new LinkedHashMap<>();
    Map<String, Weighted> byCategory = new LinkedHashMap<>();
    labels.stream()
        .filter(CityscapesLabel::isThing)
        .forEach(
            label -> {
              byClass.put(label.name(), new Weighted());
              byCategory.put(label.category(), new Weighted());
            });
    if (instances.isEmpty()) {
      byClass.clear();
      byCategory.clear();
    }
    for (InstanceCounts.Counted c : instances.map(InstanceCounts::inOrder).orElse(List.of())) {
      CityscapesLabel label = CityscapesLabel.ALL.get(c.label());
      if (label.isThing()) {
        double weight = MEAN_SIZES.get(label.name()) / c.size();
        byClass.get(label.name()).add(c.ofClass(), c.size(), weight);
        byCategory.get(label.category()).add(c.ofCategory(), c.size(), weight);
      }
    }
    return new CityscapesScores(
        ious(labels.stream().map(CityscapesLabel::name).toList(), pixels, byClass),
        ious(categories, grouped, byCategory));
  }

  private static Map<String, Ious> ious(
      List<String> names, SemanticEvaluation pixels, Map<String, Weighted> weighted) {
    Map<String, Ious> ious = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Weighted instances = weighted.get(names.get(i));
      long wrong = pixels.predicted()[i] - pixels.intersect()[i];
      ious.put(
          names.get(i),
          new Ious(pixels.iou()[i], instances == null ? Double.NaN : instances.iou(wrong)));
    }
    return ious;
  }

  /**
   * {@return the means over those that have a value}
   *
   * @param of the metrics of the classes or of the categories
   */
  public static Ious mean(Map<String, Ious> of) {
    return new Ious(
        mean(of.values().stream().mapToDouble(Ious::iou).toArray()),
        mean(of.values().stream().mapToDouble(Ious::instance).toArray()));
  }

  /** Adds sequentially, like the script. */
  private static double mean(double... values) {
    double sum = 0;
    int n = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    return sum / n;
  }

  /** {@return the script's two tables} */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(table("classes", classes));
    lines.add("");
    lines.addAll(table("categories", categories));
    return lines;
  }

  private static List<String> table(String head, Map<String, Ious> rows) {
    TextTable table = new TextTable(List.of(head, "IoU", "nIoU"));
    rows.forEach((name, ious) -> table.add(row(name, ious)));
    table.add(row("Score Average", mean(rows)));
    return table.lines();
  }

  private static List<String> row(String name, Ious ious) {
    return List.of(
        name, TextTable.fixed(ious.iou, DECIMALS), TextTable.fixed(ious.instance, DECIMALS));
  }

  /** {@return the metrics by their names in the script's JSON; null for a missing value} */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    put(values, "class", "Classes", classes);
    put(values, "category", "Categories", categories);
    return values;
  }

  private static void put(
      Map<String, Object> values, String one, String many, Map<String, Ious> of) {
    Map<String, Double> ious = new LinkedHashMap<>();
    Map<String, Double> instances = new LinkedHashMap<>();
    of.forEach(
        (name, both) -> {
          ious.put(name, present(both.iou));
          instances.put(name, present(both.instance));
        });
    Ious mean = mean(of);
    values.put("averageScore" + many, present(mean.iou));
    values.put("averageScoreInst" + many, present(mean.instance));
    values.put(one + "Scores", ious);
    values.put(one + "InstScores", instances);
  }

  private static Double present(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /**
   * Writes an object with {@link #values}.
   *
   * @param json the destination, with a codec
   * @throws IOException if it cannot be written
   */
  public void writeJson(JsonGenerator json) throws IOException {
    json.writePOJO(values());
  }
}
