package dev.dovetail.eval.classification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Interval;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation of a classifier as text (in percent) and as JSON. */
public final class ClassificationReport {

  private static final int DECIMALS = 2;

  private ClassificationReport() {}

  /**
   * {@return a table with a row for every class; nan for a class without images}
   *
   * @param evaluation the evaluation
   */
  public static List<String> classes(ClassificationEvaluation evaluation) {
    TextTable table = new TextTable(List.of("class", "images", ClassificationEvaluation.TOP1));
    double[] top1 = evaluation.top1OfClasses();
    long[] images = evaluation.imagesOfClasses();
    for (int c = 0; c < top1.length; c++) {
      table.add(List.of(evaluation.classes().get(c), Long.toString(images[c]), percent(top1[c])));
    }
    return table.lines();
  }

  /**
   * {@return a row for each metric over the whole data set with its interval, and a line about the
   * intervals}
   *
   * @param evaluation the evaluation
   * @param bootstrap the parameters of the intervals
   * @param intervals of the metrics
   */
  public static List<String> summary(
      ClassificationEvaluation evaluation, Bootstrap bootstrap, List<Interval> intervals) {
    TextTable table = new TextTable(List.of("number", "percent", "from", "to"));
    for (Interval i : intervals) {
      table.add(List.of(i.name(), percent(i.value()), percent(i.low()), percent(i.high())));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d images; %s intervals of %d resamples of them (seed %d).",
            evaluation.images(),
            bootstrap.percent(),
            bootstrap.resamples(),
            bootstrap.seed()));
    return lines;
  }

  /**
   * {@return {@code top1} and, with six or more classes, {@code top5}, each with its interval of
   * {@link Bootstrap#USUAL}; the number of {@code images}; and {@code top1_per_class}, null for a
   * class without images}
   *
   * @param evaluation the evaluation
   * @param intervals of the metrics over the whole data set
   */
  public static Map<String, Object> metrics(
      ClassificationEvaluation evaluation, List<Interval> intervals) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (Interval i : intervals) {
      metrics.put(i.name(), i.value());
    }
    metrics.put("images", evaluation.images());
    for (Interval i : intervals) {
      Map<String, Object> interval = new LinkedHashMap<>();
      interval.put("low", i.low());
      interval.put("high", i.high());
      interval.put("confidence", Bootstrap.USUAL.confidence());
      metrics.put(i.name() + "_interval", interval);
    }
    Map<String, Object> perClass = new LinkedHashMap<>();
    double[] top1 = evaluation.top1OfClasses();
    for (int c = 0; c < top1.length; c++) {
      perClass.put(evaluation.classes().get(c), Double.isNaN(top1[c]) ? null : top1[c]);
    }
    metrics.put(ClassificationEvaluation.TOP1 + "_per_class", perClass);
    return metrics;
  }

  private static String percent(double value) {
    return TextTable.fixed(100 * value, DECIMALS);
  }

  /**
   * Writes an object with {@code n_images}, {@code summary}, {@code intervals} and {@code
   * per_class}, as fractions; null represents a missing value.
   *
   * @param json the destination
   * @param evaluation the evaluation
   * @param intervals of the metrics over the whole data set
   * @throws IOException if it cannot be written
   */
  public static void writeJson(
      JsonGenerator json, ClassificationEvaluation evaluation, List<Interval> intervals)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("n_images", evaluation.images());
    json.writeObjectFieldStart("summary");
    for (Interval i : intervals) {
      JsonNumbers.write(json, i.name(), i.value());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("intervals");
    for (Interval i : intervals) {
      json.writeObjectFieldStart(i.name());
      JsonNumbers.write(json, "low", i.low());
      JsonNumbers.write(json, "high", i.high());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeArrayFieldStart("per_class");
    double[] top1 = evaluation.top1OfClasses();
    long[] images = evaluation.imagesOfClasses();
    for (int c = 0; c < top1.length; c++) {
      json.writeStartObject();
      json.writeStringField("name", evaluation.classes().get(c));
      json.writeNumberField("images", images[c]);
      JsonNumbers.write(json, ClassificationEvaluation.TOP1, top1[c]);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
