package dev.dovetail.cli.score;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Detections scored as pycocotools does.
 *
 * @param hashes whether the JSON has the hashes of the arrays
 */
record CocoScore(CocoDataset truth, CocoResults results, CocoEvaluation evaluation, boolean hashes)
    implements Score {

  /** The reference's lines and a table of categories. */
  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(CocoReport.summary(evaluation));
    text.add("");
    text.addAll(CocoReport.categories(evaluation));
    return text;
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    CocoReport.writeJson(json, evaluation, hashes);
  }
}
