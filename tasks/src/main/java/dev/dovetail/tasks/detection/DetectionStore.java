package dev.dovetail.tasks.detection;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoResultsWriter;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.tasks.Journal;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** A journal during the run, and COCO's result lists at the end. */
final class DetectionStore implements ResultStore<Detections> {

  private static final String JOURNAL = "predictions.journal";

  /** A line of the journal: the objects of an image in columns. */
  private record Line(
      int height, int width, float[] boxes, float[] scores, int[] labels, String[] masks) {

    static Line of(Detections detections) {
      String[] masks = new String[detections.masks().length];
      for (int i = 0; i < masks.length; i++) {
        masks[i] = detections.masks()[i].compressed();
      }
      return new Line(
          detections.image().height(),
          detections.image().width(),
          detections.boxes(),
          detections.scores(),
          detections.labels(),
          masks);
    }

    Detections detections() {
      Rle[] runs = new Rle[masks.length];
      for (int i = 0; i < runs.length; i++) {
        runs[i] = Rle.ofCompressed(height, width, masks[i]);
      }
      return new Detections(new Size(height, width), boxes, scores, labels, runs);
    }
  }

  private final OutputFolder folder;
  private final DetectionEvaluation evaluation;
  private final Journal<Line> journal;
  private volatile boolean boxesAlone;

  DetectionStore(OutputFolder folder, DetectionEvaluation evaluation) throws IOException {
    this.folder = folder;
    this.evaluation = evaluation;
    this.journal = Journal.open(folder.file(JOURNAL), Line.class);
  }

  @Override
  public boolean holds(Sample sample) {
    return journal.holds(sample.name());
  }

  @Override
  public void write(Sample sample, Detections result) throws OutputException {
    boxesAlone |= !result.hasMasks();
    journal.append(sample.name(), Line.of(result));
  }

  /** Writes {@code bbox.json} and, if objects have masks, {@code segm.json}. */
  @Override
  public void finish(Iterable<Sample> earlier, Visitor<Detections> visitor) throws IOException {
    Set<Integer> unvisited = new HashSet<>();
    earlier.forEach(sample -> unvisited.add(sample.index()));
    try (CocoResultsWriter boxRows = list("bbox.json");
        CocoResultsWriter maskRows = list("segm.json")) {
      for (Sample sample : evaluation.samples()) {
        Detections detections = journal.read(sample.name()).detections();
        if (unvisited.contains(sample.index())) {
          visitor.visit(sample, detections);
        }
        boxesAlone |= !detections.hasMasks();
        writeRows(sample, detections, boxRows, maskRows);
      }
      boxRows.finish();
      if (!boxesAlone) {
        maskRows.finish();
      }
    }
  }

  private CocoResultsWriter list(String name) throws IOException {
    return CocoResultsWriter.create(folder.file(name), evaluation.dataset().ids());
  }

  private void writeRows(
      Sample sample, Detections detections, CocoResultsWriter boxRows, CocoResultsWriter maskRows)
      throws IOException {
    long image = evaluation.imageId(sample);
    long[] categories = evaluation.categories(detections);
    double[] scores = DetectionEvaluation.scores(detections);
    double[] b = detections.xywh();
    for (int i = 0; i < detections.count(); i++) {
      boxRows.box(
          image, categories[i], scores[i], b[4 * i], b[4 * i + 1], b[4 * i + 2], b[4 * i + 3]);
      if (detections.hasMasks()) {
        maskRows.mask(image, categories[i], scores[i], detections.masks()[i]);
      }
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
