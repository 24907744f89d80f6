package dev.dovetail.eval.panoptic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.panoptic.PanopticEvaluation.CategoryQuality;
import dev.dovetail.eval.panoptic.PanopticEvaluation.GroupQuality;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An evaluation of panoptic quality as text (in percent, as panopticapi prints it) and as JSON. */
public final class PanopticReport {

  private static final double PERCENT = 100;
  private static final String NONE = "nan";

  private PanopticReport() {}

  /**
   * {@return {@code All}, {@code Things} and {@code Stuff} with {@code PQ}, {@code SQ}, {@code RQ}
   * and the number of {@code categories}, and {@code PQ_per_class}; null for a missing value}
   *
   * @param evaluation the evaluation
   */
  public static Map<String, Object> metrics(PanopticEvaluation evaluation) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    evaluation
        .overall()
        .forEach(
            (name, group) -> {
              Map<String, Object> numbers = new LinkedHashMap<>();
              numbers.put("PQ", present(group.pq()));
              numbers.put("SQ", present(group.sq()));
              numbers.put("RQ", present(group.rq()));
              numbers.put("categories", group.n());
              metrics.put(name, numbers);
            });
    Map<String, Object> perClass = new LinkedHashMap<>();
    for (CategoryQuality c : evaluation.perCategory()) {
      perClass.put(c.category().name(), c.occurs() ? (Double) c.pq() : null);
    }
    metrics.put("PQ_per_class", perClass);
    return metrics;
  }

  private static @Nullable Double present(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /**
   * {@return one row each for all categories, things and stuff}
   *
   * @param evaluation the evaluation
   */
  public static List<String> summary(PanopticEvaluation evaluation) {
    TextTable table = new TextTable(List.of("", "PQ", "SQ", "RQ", "N"));
    evaluation
        .overall()
        .forEach(
            (name, group) ->
                table.add(
                    List.of(
                        name,
                        percent(group.pq()),
                        percent(group.sq()),
                        percent(group.rq()),
                        Integer.toString(group.n()))));
    return table.lines();
  }

  /**
   * {@return a table with a row for every category; nan for one that does not occur}
   *
   * @param evaluation the evaluation
   */
  public static List<String> categories(PanopticEvaluation evaluation) {
    TextTable table =
        new TextTable(List.of("category", "kind", "PQ", "SQ", "RQ", "TP", "FP", "FN"));
    for (CategoryQuality c : evaluation.perCategory()) {
      table.add(
          List.of(
              c.category().name(),
              c.category().isThing() ? "thing" : "stuff",
              c.occurs() ? percent(c.pq()) : NONE,
              c.occurs() ? percent(c.sq()) : NONE,
              c.occurs() ? percent(c.rq()) : NONE,
              Long.toString(c.tp()),
              Long.toString(c.fp()),
              Long.toString(c.fn())));
    }
    return table.lines();
  }

  private static String percent(double value) {
    return TextTable.fixed(PERCENT * value, 1);
  }

  /**
   * Writes an object with {@code overall} and {@code per_category}; null represents a missing
   * value.
   *
   * @param json the destination
   * @param evaluation the evaluation
   * @throws IOException if it cannot be written
   */
  public static void writeJson(JsonGenerator json, PanopticEvaluation evaluation)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("overall");
    for (Map.Entry<String, GroupQuality> group : evaluation.overall().entrySet()) {
      json.writeObjectFieldStart(group.getKey());
      JsonNumbers.write(json, "pq", group.getValue().pq());
      JsonNumbers.write(json, "sq", group.getValue().sq());
      JsonNumbers.write(json, "rq", group.getValue().rq());
      json.writeNumberField("n", group.getValue().n());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeArrayFieldStart("per_category");
    for (CategoryQuality c : evaluation.perCategory()) {
      json.writeStartObject();
      json.writePOJOField("id", c.category().key());
      json.writeStringField("name", c.category().name());
      json.writeNumberField("pq", c.pq());
      json.writeNumberField("sq", c.sq());
      json.writeNumberField("rq", c.rq());
      json.writeNumberField("iou_sum", c.iouSum());
      json.writeNumberField("tp", c.tp());
      json.writeNumberField("fp", c.fp());
      json.writeNumberField("fn", c.fn());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("n_images", evaluation.images());
    json.writeEndObject();
  }
}
