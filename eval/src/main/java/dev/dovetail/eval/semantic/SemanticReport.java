package dev.dovetail.eval.semantic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An evaluation of label maps as text (in percent, as mmsegmentation prints it) and as JSON. */
public final class SemanticReport {

  private SemanticReport() {}

  /**
   * {@return a table with a row for every class; nan for a missing value}
   *
   * @param evaluation the evaluation
   * @param names of the classes in order; a class without a name is shown by its number
   */
  public static List<String> classes(SemanticEvaluation evaluation, List<String> names) {
    Map<String, double[]> ratios = evaluation.perClass();
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(ratios.keySet());
    TextTable table = new TextTable(head);
    for (int c = 0; c < evaluation.classes(); c++) {
      List<String> row = new ArrayList<>();
      row.add(c < names.size() ? names.get(c) : Integer.toString(c));
      for (double[] values : ratios.values()) {
        row.add(percent(values[c]));
      }
      table.add(row);
    }
    return table.lines();
  }

  /**
   * {@return one row with aAcc, mIoU, mAcc, mDice, mFscore, mPrecision and mRecall}
   *
   * @param evaluation the evaluation
   */
  public static List<String> summary(SemanticEvaluation evaluation) {
    Map<String, Double> summary = evaluation.summary();
    TextTable table = new TextTable(List.copyOf(summary.keySet()));
    table.add(summary.values().stream().map(SemanticReport::percent).toList());
    return table.lines();
  }

  /**
   * {@return {@code aAcc}, {@code mIoU}, {@code mAcc} and the other overall metrics, and each ratio
   * by class, {@code IoU_per_class}, …; null for a class without ground truth}
   *
   * @param evaluation the evaluation
   * @param names of the classes in order; a class without a name is shown by its number
   */
  public static Map<String, Object> metrics(SemanticEvaluation evaluation, List<String> names) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    evaluation.summary().forEach((name, value) -> metrics.put(name, present(value)));
    for (Map.Entry<String, double[]> ratio : evaluation.perClass().entrySet()) {
      Map<String, Object> perClass = new LinkedHashMap<>();
      for (int c = 0; c < evaluation.classes(); c++) {
        String name = c < names.size() ? names.get(c) : Integer.toString(c);
        perClass.put(name, present(ratio.getValue()[c]));
      }
      metrics.put(ratio.getKey() + "_per_class", perClass);
    }
    return metrics;
  }

  private static @Nullable Double present(double value) {
    return Double.isNaN(value) || value == -1 ? null : value;
  }

  /** Computes NumPy's round(value * 100, 2): ties of the scaled value are rounded to even. */
  static String percent(double value) {
    return TextTable.fixed(Math.rint(value * 100 * 100) / 100, 2);
  }

  /**
   * Writes an object with {@code num_classes}, {@code areas}, {@code per_class} and {@code
   * summary_float64}; null represents a missing value.
   *
   * @param json the destination
   * @param evaluation the evaluation
   * @throws IOException if it cannot be written
   */
  public static void writeJson(JsonGenerator json, SemanticEvaluation evaluation)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("num_classes", evaluation.classes());
    json.writeObjectFieldStart("areas");
    write(json, "intersect", evaluation.intersect());
    write(json, "union", evaluation.union());
    write(json, "pred", evaluation.predicted());
    write(json, "label", evaluation.labelled());
    json.writeEndObject();
    json.writeObjectFieldStart("per_class");
    for (Map.Entry<String, double[]> ratios : evaluation.perClass().entrySet()) {
      json.writeArrayFieldStart(ratios.getKey());
      for (double value : ratios.getValue()) {
        JsonNumbers.write(json, value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("summary_float64");
    for (Map.Entry<String, Double> value : evaluation.summary().entrySet()) {
      json.writeFieldName(value.getKey());
      JsonNumbers.write(json, value.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, long[] values) throws IOException {
    json.writeFieldName(name);
    json.writeArray(values, 0, values.length);
  }
}
