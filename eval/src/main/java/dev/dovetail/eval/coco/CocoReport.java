package dev.dovetail.eval.coco;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.coco.CocoEvaluation.CategoryMetrics;
import dev.dovetail.eval.coco.curves.Statistic;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.Protocol;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A COCO evaluation as text and as JSON. */
public final class CocoReport {

  private static final int DECIMALS = 3;

  private CocoReport() {}

  /**
   * {@return the lines that the reference tool prints, identical in every character}
   *
   * @param evaluation the evaluation
   */
  public static List<String> summary(CocoEvaluation evaluation) {
    List<String> lines = new ArrayList<>();
    double[] stats = evaluation.stats();
    for (Statistic statistic : evaluation.statistics()) {
      lines.add(text(statistic, stats[lines.size()], evaluation.params()));
    }
    return lines;
  }

  private static String text(Statistic statistic, double value, CocoParams params) {
    double[] thresholds = params.iouThresholds();
    String iou =
        statistic.iouThreshold() == Statistic.ALL_THRESHOLDS
            ? TextTable.fixed(thresholds[0], 2)
                + ":"
                + TextTable.fixed(thresholds[thresholds.length - 1], 2)
            : TextTable.fixed(statistic.iouThreshold(), 2);
    if (params.protocol() == Protocol.CITYSCAPES) {
      return String.format(
          Locale.ROOT,
          " %-18s %s @[ IoU=%-9s ] = %s",
          "Average Precision",
          "(AP)",
          iou,
          TextTable.fixed(value, DECIMALS));
    }
    String categories =
        params.protocol() == Protocol.LVIS
            ? String.format(Locale.ROOT, "catIds=%3s", statistic.frequency())
            : "";
    return String.format(
        Locale.ROOT,
        " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d %s] = %s",
        statistic.precision() ? "Average Precision" : "Average Recall",
        statistic.precision() ? "(AP)" : "(AR)",
        iou,
        statistic.area(),
        statistic.maxDets(),
        categories,
        TextTable.fixed(value, DECIMALS));
  }

  /**
   * {@return a table with a row for every category: its average precisions, and the recall of all
   * sizes at the largest maxDets; nan for a missing value} The JSON has all metrics. For LVIS, only
   * categories with ground truth are listed.
   *
   * @param evaluation the evaluation
   */
  public static List<String> categories(CocoEvaluation evaluation) {
    int[] maxDets = evaluation.params().maxDets();
    String recall = "AR_max" + maxDets[maxDets.length - 1];
    List<CategoryMetrics> categories = shown(evaluation);
    List<String> columns =
        categories.stream()
            .limit(1)
            .flatMap(c -> c.values().keySet().stream())
            .filter(name -> name.startsWith("AP") || name.equals("AR") || name.equals(recall))
            .toList();
    List<String> head = new ArrayList<>(List.of("category"));
    head.addAll(columns);
    TextTable table = new TextTable(head);
    for (CategoryMetrics category : categories) {
      List<String> row = new ArrayList<>(List.of(category.name()));
      for (String column : columns) {
        double value = category.values().get(column);
        row.add(value == -1 ? "nan" : TextTable.fixed(value, DECIMALS));
      }
      table.add(row);
    }
    return table.lines();
  }

  private static List<CategoryMetrics> shown(CocoEvaluation evaluation) {
    boolean all = evaluation.params().protocol() != Protocol.LVIS;
    return evaluation.perCategory().stream()
        .filter(category -> all || category.values().values().stream().anyMatch(v -> v != -1))
        .toList();
  }

  /**
   * {@return the key of the evaluation among the metrics of a data set: {@code bbox}, {@code segm},
   * …}
   *
   * @param evaluation the evaluation
   */
  public static String measure(CocoEvaluation evaluation) {
    return evaluation.params().protocol() == Protocol.CITYSCAPES
        ? "cityscapes"
        : evaluation.label();
  }

  /**
   * {@return the summary metrics by name, and {@code AP_per_class}; null for a class without ground
   * truth}
   *
   * @param evaluation the evaluation
   */
  public static Map<String, Object> metrics(CocoEvaluation evaluation) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    List<String> names = evaluation.statNames();
    double[] stats = evaluation.stats();
    for (int i = 0; i < stats.length; i++) {
      metrics.put(names.get(i), stats[i]);
    }
    Map<String, Object> perClass = new LinkedHashMap<>();
    for (CategoryMetrics category : shown(evaluation)) {
      double ap = category.values().get("AP");
      perClass.put(category.name(), Double.isNaN(ap) || ap == -1 ? null : ap);
    }
    metrics.put("AP_per_class", perClass);
    return metrics;
  }

  /**
   * Writes an object with {@code iou_type}, {@code params}, {@code stat_names}, {@code stats},
   * {@code per_category} and {@code array_shapes}; for LVIS also {@code freq_groups}, and only the
   * categories with ground truth.
   *
   * @param json the destination
   * @param evaluation the evaluation
   * @param hashes whether to add {@code array_sha256_f64le}, by which bit-identical evaluations can
   *     be recognized
   * @throws IOException if it cannot be written
   */
  public static void writeJson(JsonGenerator json, CocoEvaluation evaluation, boolean hashes)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("iou_type", evaluation.label());
    json.writeFieldName("params");
    writeParams(json, evaluation);
    json.writeFieldName("stat_names");
    json.writeStartArray();
    for (String name : evaluation.statNames()) {
      json.writeString(name);
    }
    json.writeEndArray();
    json.writeFieldName("stats");
    double[] stats = evaluation.stats();
    json.writeArray(stats, 0, stats.length);
    if (evaluation.params().protocol() == Protocol.LVIS) {
      json.writeFieldName("freq_groups");
      writeFrequencies(json, evaluation.categories());
    }
    json.writeArrayFieldStart("per_category");
    for (CategoryMetrics category : shown(evaluation)) {
      json.writeStartObject();
      json.writePOJOField("id", category.key());
      json.writeStringField("name", category.name());
      for (Map.Entry<String, Double> value : category.values().entrySet()) {
        json.writeNumberField(value.getKey(), value.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("array_shapes");
    for (Map.Entry<String, int[]> shape : evaluation.arrayShapes().entrySet()) {
      json.writeFieldName(shape.getKey());
      json.writeArray(shape.getValue(), 0, shape.getValue().length);
    }
    json.writeEndObject();
    if (hashes) {
      json.writeObjectFieldStart("array_sha256_f64le");
      for (Map.Entry<String, String> hash : evaluation.arraySha256().entrySet()) {
        json.writeStringField(hash.getKey(), hash.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeFrequencies(JsonGenerator json, List<CocoCategory> categories)
      throws IOException {
    json.writeStartObject();
    for (String frequency : CocoCategory.FREQUENCIES) {
      json.writeFieldName(frequency);
      json.writeStartArray();
      for (CocoCategory category : categories) {
        if (category.frequency().equals(frequency)) {
          json.writePOJO(category.key());
        }
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void writeParams(JsonGenerator json, CocoEvaluation evaluation)
      throws IOException {
    CocoParams params = evaluation.params();
    json.writeStartObject();
    json.writeBooleanField("use_cats", params.useCategories());
    json.writeFieldName("iou_thrs");
    json.writeArray(params.iouThresholds(), 0, params.iouThresholds().length);
    json.writeFieldName("max_dets");
    json.writeArray(params.maxDets(), 0, params.maxDets().length);
    json.writeArrayFieldStart("area_rng");
    for (AreaRange area : params.areas()) {
      json.writeArray(new double[] {area.low(), area.high()}, 0, 2);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("area_lbl");
    for (AreaRange area : params.areas()) {
      json.writeString(area.name());
    }
    json.writeEndArray();
    json.writeNumberField("n_images", evaluation.images());
    json.writeArrayFieldStart("cat_ids");
    for (CocoCategory category : evaluation.categories()) {
      json.writePOJO(category.key());
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
