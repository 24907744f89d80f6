package dev.dovetail.eval.bootstrap;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison as text (in percent) and as JSON. */
public final class ComparisonReport {

  private static final int DECIMALS = 2;

  private ComparisonReport() {}

  /**
   * {@return a table of all metrics, and one of the classes that changed}
   *
   * @param comparison the comparison
   */
  public static List<String> text(Comparison comparison) {
    Bootstrap bootstrap = comparison.bootstrap();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Difference in percentage points, with %s intervals of %d resamples of %d images (seed"
                + " %d):",
            bootstrap.percent(),
            bootstrap.resamples(),
            comparison.images(),
            bootstrap.seed()));
    lines.addAll(table("number", comparison.numbers()));
    lines.add("");
    List<Difference> moved = comparison.moved();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d of %d classes changed in %s: their interval excludes 0. For equal results, %d %%"
                + " would.",
            moved.size(),
            comparison.classes().size(),
            comparison.classMetric(),
            Math.round(100 * (1 - bootstrap.confidence()))));
    if (!moved.isEmpty()) {
      lines.addAll(table("class", moved));
    }
    return lines;
  }

  private static List<String> table(String what, List<Difference> differences) {
    TextTable table = new TextTable(List.of(what, "this", "other", "difference", "from", "to", ""));
    for (Difference d : differences) {
      table.add(
          List.of(
              d.name(),
              percent(d.value()),
              percent(d.other()),
              signed(d.difference()),
              signed(d.low()),
              signed(d.high()),
              d.isMoved() ? "*" : ""));
    }
    return table.lines();
  }

  private static String percent(double value) {
    return TextTable.fixed(100 * value, DECIMALS);
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : "") + percent(value);
  }

  /**
   * Writes an object with {@code numbers} and {@code classes}, each a list of {@code name}, {@code
   * value}, {@code other}, {@code difference}, {@code low} and {@code high}, as fractions; null
   * represents a missing value.
   *
   * @param json the destination
   * @param comparison the comparison
   * @throws IOException if it cannot be written
   */
  public static void writeJson(JsonGenerator json, Comparison comparison) throws IOException {
    json.writeStartObject();
    json.writeNumberField("resamples", comparison.bootstrap().resamples());
    json.writeNumberField("seed", comparison.bootstrap().seed());
    json.writeNumberField("confidence", comparison.bootstrap().confidence());
    json.writeNumberField("n_images", comparison.images());
    write(json, "numbers", comparison.numbers());
    json.writeStringField("class_metric", comparison.classMetric());
    write(json, "classes", comparison.classes());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, List<Difference> differences)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (Difference d : differences) {
      json.writeStartObject();
      json.writeStringField("name", d.name());
      JsonNumbers.write(json, "value", d.value());
      JsonNumbers.write(json, "other", d.other());
      JsonNumbers.write(json, "difference", d.difference());
      JsonNumbers.write(json, "low", d.low());
      JsonNumbers.write(json, "high", d.high());
      json.writeBooleanField("moved", d.isMoved());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
