package dev.dovetail.eval.analysis;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.JsonNumbers;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.analysis.Calibration.Bin;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An analysis of detections as text and as JSON. */
public final class AnalysisReport {

  private static final int PERCENT_DECIMALS = 2;
  private static final int SCORE_DECIMALS = 3;
  private static final int CONFUSIONS = 20;

  private AnalysisReport() {}

  /**
   * {@return TIDE's table: the cost of each kind of error in percentage points, and their number}
   *
   * @param analysis the analysis
   */
  public static List<String> errors(DetectionAnalysis analysis) {
    ErrorBreakdown errors = analysis.errors();
    TextTable table = new TextTable(List.of("error", "dAP", "count", "meaning"));
    for (ErrorType type : ErrorType.values()) {
      table.add(
          List.of(
              type.label(),
              percent(errors.cost().get(type)),
              errors.counts().get(type).toString(),
              type.meaning()));
    }
    table.add(
        List.of(
            "FalsePos", percent(errors.falsePositives()), "-", "all false detections together"));
    table.add(
        List.of(
            "FalseNeg",
            percent(errors.falseNegatives()),
            "-",
            "all missed ground truths together"));
    List<String> lines = new ArrayList<>();
    lines.add("Errors (TIDE) behind an AP50 of " + percent(errors.ap()) + " %:");
    lines.addAll(table.lines());
    return lines;
  }

  /**
   * {@return the most frequent confusions of categories, including those with the background}
   *
   * @param analysis the analysis
   */
  public static List<String> confusion(DetectionAnalysis analysis) {
    DetectionConfusion confusion = analysis.confusion();
    TextTable table = new TextTable(List.of("is", "detected as", "count"));
    confusion.confused().stream()
        .limit(CONFUSIONS)
        .forEach(
            cell ->
                table.add(
                    List.of(
                        analysis.categories().get(cell.truth()).name(),
                        analysis.categories().get(cell.detected()).name(),
                        Long.toString(cell.count()))));
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Confusions at score %s, IoU %s: %d right, %d of another class, %d match nothing, %d"
                + " not found",
            ConfusionEvaluator.SCORE,
            ConfusionEvaluator.OVERLAP,
            confusion.right(),
            confusion.confused().stream().mapToLong(DetectionConfusion.Cell::count).sum(),
            confusion.ofNothing(),
            confusion.notFound()));
    lines.addAll(table.lines());
    return lines;
  }

  /**
   * Returns the calibration errors and a table of the bins of equal width.
   *
   * @param analysis the analysis
   * @return the lines of text
   */
  public static List<String> calibration(DetectionAnalysis analysis) {
    Calibration calibration = analysis.calibration();
    TextTable table = new TextTable(List.of("score", "detections", "mean score", "right", "gap"));
    for (Bin bin : calibration.bins()) {
      table.add(
          List.of(
              TextTable.fixed(bin.low(), 2) + " to " + TextTable.fixed(bin.high(), 2),
              Long.toString(bin.detections()),
              score(bin.meanScore()),
              score(bin.precision()),
              score(bin.precision() - bin.meanScore())));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Calibration error (ECE) at IoU %s: %s; bins of equal mass %s, mean of the classes %s",
            ErrorEvaluator.FOREGROUND,
            score(calibration.errors().equalWidth()),
            score(calibration.errors().equalMass()),
            score(calibration.errors().classwise())));
    if (calibration.outside() > 0) {
      lines.add(calibration.outside() + " detections have a score outside 0 to 1 and are excluded");
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static String percent(double value) {
    return TextTable.fixed(value, PERCENT_DECIMALS);
  }

  private static String score(double value) {
    return TextTable.fixed(value, SCORE_DECIMALS);
  }

  /**
   * Writes an object in the form of {@code tidecv}'s summary: {@code dAP}, {@code counts}, ….
   *
   * @param json the destination
   * @param analysis the analysis
   * @throws IOException if it cannot be written
   */
  public static void writeErrors(JsonGenerator json, DetectionAnalysis analysis)
      throws IOException {
    ErrorBreakdown errors = analysis.errors();
    json.writeStartObject();
    json.writeStringField("mode", analysis.type().label());
    json.writeNumberField("pos_thresh", ErrorEvaluator.FOREGROUND);
    json.writeNumberField("bg_thresh", ErrorEvaluator.BACKGROUND);
    json.writeNumberField("max_dets", DetectionAnalysis.MAX_DETECTIONS);
    json.writeNumberField("ap50_percent", errors.ap());
    json.writeObjectFieldStart("dAP");
    for (Map.Entry<ErrorType, Double> cost : errors.cost().entrySet()) {
      json.writeNumberField(cost.getKey().label(), cost.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("dAP_special");
    json.writeNumberField("FalsePos", errors.falsePositives());
    json.writeNumberField("FalseNeg", errors.falseNegatives());
    json.writeEndObject();
    json.writeFieldName("counts");
    writeCounts(json, errors.counts());
    json.writeArrayFieldStart("counts_per_category");
    for (Map<ErrorType, Long> counts : errors.perCategory()) {
      writeCounts(json, counts);
    }
    json.writeEndArray();
    writeCategories(json, analysis);
    json.writeEndObject();
  }

  private static void writeCounts(JsonGenerator json, Map<ErrorType, Long> counts)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<ErrorType, Long> count : counts.entrySet()) {
      json.writeNumberField(count.getKey().label(), count.getValue());
    }
    json.writeEndObject();
  }

  private static void writeCategories(JsonGenerator json, DetectionAnalysis analysis)
      throws IOException {
    json.writeArrayFieldStart("cat_ids");
    for (CocoCategory category : analysis.categories()) {
      json.writePOJO(category.key());
    }
    json.writeEndArray();
  }

  /**
   * Writes an object with {@code cat_ids} and {@code matrix}. The background is last in both.
   *
   * @param json the destination
   * @param analysis the analysis
   * @throws IOException if it cannot be written
   */
  public static void writeConfusion(JsonGenerator json, DetectionAnalysis analysis)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("score_threshold", ConfusionEvaluator.SCORE);
    json.writeNumberField("iou_threshold", ConfusionEvaluator.OVERLAP);
    json.writeNumberField("max_dets", DetectionAnalysis.MAX_DETECTIONS);
    writeCategories(json, analysis);
    json.writeArrayFieldStart("matrix");
    for (long[] row : analysis.confusion().counts()) {
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * Writes an object with the errors and both kinds of bins; null represents a missing value.
   *
   * @param json the destination
   * @param analysis the analysis
   * @throws IOException if it cannot be written
   */
  public static void writeCalibration(JsonGenerator json, DetectionAnalysis analysis)
      throws IOException {
    Calibration calibration = analysis.calibration();
    json.writeStartObject();
    json.writeNumberField("iou_threshold", ErrorEvaluator.FOREGROUND);
    json.writeNumberField("max_dets", DetectionAnalysis.MAX_DETECTIONS);
    json.writeNumberField("detections", calibration.detections());
    json.writeNumberField("scores_outside", calibration.outside());
    JsonNumbers.write(json, "ece", calibration.errors().equalWidth());
    JsonNumbers.write(json, "ece_equal_mass", calibration.errors().equalMass());
    JsonNumbers.write(json, "ece_classwise", calibration.errors().classwise());
    JsonNumbers.write(json, "mce", calibration.errors().largest());
    writeBins(json, "bins", calibration.bins());
    writeBins(json, "bins_equal_mass", calibration.equalMassBins());
    writeCategories(json, analysis);
    json.writeArrayFieldStart("ece_per_category");
    for (double error : calibration.perCategory()) {
      JsonNumbers.write(json, error);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeBins(JsonGenerator json, String name, List<Bin> bins)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Bin bin : bins) {
      json.writeStartObject();
      json.writeNumberField("low", bin.low());
      json.writeNumberField("high", bin.high());
      json.writeNumberField("detections", bin.detections());
      JsonNumbers.write(json, "mean_score", bin.meanScore());
      JsonNumbers.write(json, "precision", bin.precision());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
