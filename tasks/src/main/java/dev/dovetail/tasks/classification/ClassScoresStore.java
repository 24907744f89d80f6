package dev.dovetail.tasks.classification;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.classification.ClassResultsWriter;
import dev.dovetail.tasks.Journal;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A journal during the run, and a file with one line per image at the end. */
final class ClassScoresStore implements ResultStore<ClassScores> {

  private static final String JOURNAL = "predictions.journal";
  private static final String RESULTS = "predictions.jsonl";

  /** A line of the journal: the best classes of an image with their scores, best first. */
  private record Line(int[] labels, float[] scores) {

    static Line of(ClassScores result) {
      int[] labels = BestClasses.of(result);
      float[] scores = new float[labels.length];
      for (int i = 0; i < labels.length; i++) {
        scores[i] = result.scores()[labels[i]];
      }
      return new Line(labels, scores);
    }
  }

  private final OutputFolder folder;
  private final List<Sample> samples;
  private final List<String> classes;
  private final Journal<Line> journal;

  /**
   * @param classes the names of the classes by label
   */
  ClassScoresStore(OutputFolder folder, List<Sample> samples, List<String> classes)
      throws IOException {
    this.folder = folder;
    this.samples = samples;
    this.classes = classes;
    this.journal = Journal.open(folder.file(JOURNAL), Line.class);
  }

  @Override
  public boolean holds(Sample sample) {
    return journal.holds(sample.name());
  }

  @Override
  public void write(Sample sample, ClassScores result) throws OutputException {
    journal.append(sample.name(), Line.of(result));
  }

  /** Writes {@code predictions.jsonl}. */
  @Override
  public void finish(Iterable<Sample> earlier, Visitor<ClassScores> visitor) throws IOException {
    Set<Integer> unvisited = new HashSet<>();
    earlier.forEach(sample -> unvisited.add(sample.index()));
    try (ClassResultsWriter results = ClassResultsWriter.create(folder.file(RESULTS))) {
      for (Sample sample : samples) {
        Line line = journal.read(sample.name());
        ClassScores result = BestClasses.scores(classes.size(), line.labels(), line.scores());
        if (unvisited.contains(sample.index())) {
          visitor.visit(sample, result);
        }
        results.add(sample.name(), line.labels(), result.scores(), classes);
      }
      results.finish();
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
