package dev.dovetail.models.evaluation;

import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.data.semantic.LabelPng;
import dev.dovetail.data.semantic.LabelRange;
import dev.dovetail.data.semantic.SemanticDataset;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.models.Task;
import dev.dovetail.models.pipeline.Job;
import dev.dovetail.models.pipeline.Outcome;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.StageClock;
import dev.dovetail.models.pipeline.StageClock.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a segmenter over images with label maps: writes its label maps and scores them. */
public final class SemanticEvaluationRun {

  /** What is done with a label map as soon as it is there. */
  private interface Scorer {
    void score(SemanticDataset.Pair pair, LabelMap predicted) throws IOException;
  }

  private final List<SemanticDataset.Pair> pairs;
  private final Task.Semantic task;
  private final Warnings warnings;
  private final StageClock clock;

  /**
   * @param limit the most images, the first by name
   * @param warnings counts label maps with values that are no class, and says if what is ignored
   *     seems to be meant as a class
   */
  public SemanticEvaluationRun(
      SemanticDataset dataset, Task.Semantic task, int limit, Warnings warnings, StageClock clock) {
    this.pairs = dataset.pairs().stream().limit(limit).toList();
    this.task = task;
    this.warnings = warnings;
    this.clock = clock;
  }

  /** How many images the run is about. */
  public int images() {
    return pairs.size();
  }

  /**
   * Makes the label maps of all images that the folder does not hold yet.
   *
   * @throws IOException at the end if images could not be used, naming them
   */
  public void predict(Pipeline pipeline, OutputFolder out, Progress progress) throws IOException {
    run(pipeline, out, progress, (pair, predicted) -> {});
  }

  /** Does the same and scores each label map as soon as it is there. */
  public SemanticEvaluation evaluate(Pipeline pipeline, OutputFolder out, Progress progress)
      throws IOException {
    int classes = task.head().classes();
    boolean reduceZero = task.labels().reduceZero();
    int ignore = task.labels().ignore();
    LabelRange range = new LabelRange(classes, reduceZero, ignore);
    SemanticEvaluator evaluator =
        new SemanticEvaluator(classes, new LabelMapping(ignore, reduceZero, Map.of()));
    run(
        pipeline,
        out,
        progress,
        (pair, predicted) ->
            clock.time(
                Stage.SCORE,
                () -> {
                  LabelMap truth = pair.readLabels(predicted.size());
                  checkRange(range, truth, pair.labels());
                  synchronized (evaluator) {
                    evaluator.accumulate(truth, predicted);
                  }
                  return null;
                }));
    Optional<String> complaint = evaluator.complaint();
    if (complaint.isPresent()) {
      warnings.add("classes without ground truth", complaint::get);
    }
    return evaluator.summarise();
  }

  private void checkRange(LabelRange range, LabelMap truth, Path file) throws IOException {
    Optional<String> complaint = range.complaint(truth, file);
    if (complaint.isPresent()) {
      warnings.add("label maps with values that are no class", complaint::get);
    }
  }

  private void run(Pipeline pipeline, OutputFolder out, Progress progress, Scorer scorer)
      throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      if (!Files.exists(out.file(name(pairs.get(i))))) {
        jobs.add(Job.ofFile(i, pairs.get(i).name(), pairs.get(i).image()));
      }
    }
    progress.start(pairs.size(), pairs.size() - jobs.size());
    Failed failed = new Failed();
    scoreThoseDone(jobs, out, scorer, failed);
    pipeline.run(
        jobs,
        (job, image, outcome) -> {
          SemanticDataset.Pair pair = pairs.get(Math.toIntExact(job.id()));
          LabelMap map = ((Outcome.Labels) outcome).map();
          clock.time(
              Stage.FINISH,
              () -> {
                out.write(name(pair), file -> LabelPng.write(file, map));
                return null;
              });
          scorer.score(pair, map);
          return pair;
        },
        new Pipeline.Sink<SemanticDataset.Pair>() {
          @Override
          public void accept(Job job, SemanticDataset.Pair done) {
            progress.step();
          }

          @Override
          public void failed(Job job, IOException reason) {
            failed.addIf(reason.getMessage());
            progress.step();
          }
        });
    failed.throwIfAny(pairs.size(), out);
  }

  /** Scores the label maps of an earlier run; one that is damaged is made again. */
  private void scoreThoseDone(List<Job> jobs, OutputFolder out, Scorer scorer, Failed failed) {
    boolean[] open = new boolean[pairs.size()];
    jobs.forEach(job -> open[Math.toIntExact(job.id())] = true);
    for (int i = 0; i < open.length; i++) {
      if (open[i]) {
        continue;
      }
      SemanticDataset.Pair pair = pairs.get(i);
      LabelMap done;
      try {
        done = LabelPng.read(out.file(name(pair)));
      } catch (IOException e) {
        jobs.add(Job.ofFile(i, pair.name(), pair.image()));
        continue;
      }
      try {
        scorer.score(pair, done);
      } catch (IOException e) {
        failed.addIf(e.getMessage());
      }
    }
  }

  private static String name(SemanticDataset.Pair pair) {
    return "label_maps/" + pair.name() + ".png";
  }
}
