package dev.dovetail.eval.analysis;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Precision-recall curves as text and as JSON. */
public final class RecallCurvesReport {

  private static final int DECIMALS = 3;
  private static final int ROWS = 10;

  private RecallCurvesReport() {}

  /**
   * {@return a table of the means over all categories, with a row for every tenth recall threshold}
   *
   * @param curves the curves
   */
  public static List<String> text(RecallCurves curves) {
    List<String> head = new ArrayList<>(List.of("recall"));
    List<double[]> means = new ArrayList<>();
    for (int t = 0; t < curves.iouThresholds().length; t++) {
      head.add(TextTable.fixed(curves.iouThresholds()[t], 2));
      means.add(curves.mean(t));
    }
    TextTable table = new TextTable(head);
    int recalls = curves.recalls().length;
    for (int r = 0; r < recalls; r += Math.max(1, (recalls - 1) / ROWS)) {
      List<String> row = new ArrayList<>(List.of(TextTable.fixed(curves.recalls()[r], 2)));
      for (double[] mean : means) {
        row.add(TextTable.fixed(mean[r], DECIMALS));
      }
      table.add(row);
    }
    List<String> lines = new ArrayList<>();
    lines.add("Precision by recall (rows) and IoU (columns), mean of the classes:");
    lines.addAll(table.lines());
    return lines;
  }

  /**
   * Writes an object with {@code iou_thrs}, {@code rec_thrs}, {@code precision} of the mean {@code
   * [T, R]} and {@code per_category}; null represents a missing value.
   *
   * @param json the destination
   * @param curves the curves
   * @throws IOException if it cannot be written
   */
  public static void writeJson(JsonGenerator json, RecallCurves curves) throws IOException {
    json.writeStartObject();
    json.writeFieldName("iou_thrs");
    json.writeArray(curves.iouThresholds(), 0, curves.iouThresholds().length);
    json.writeFieldName("rec_thrs");
    json.writeArray(curves.recalls(), 0, curves.recalls().length);
    json.writeArrayFieldStart("precision");
    for (int t = 0; t < curves.iouThresholds().length; t++) {
      write(json, curves.mean(t));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("per_category");
    for (int k = 0; k < curves.categories().size(); k++) {
      json.writeStartObject();
      json.writePOJOField("id", curves.categories().get(k).key());
      json.writeArrayFieldStart("precision");
      for (double[] curve : curves.precision()[k]) {
        write(json, curve);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, double[] values) throws IOException {
    json.writeStartArray();
    for (double value : values) {
      JsonNumbers.write(json, value);
    }
    json.writeEndArray();
  }
}
