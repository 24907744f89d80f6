package dev.dovetail.models.evaluation;

import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.data.semantic.LabelPng;
import dev.dovetail.data.semantic.LabelRange;
import dev.dovetail.data.semantic.SemanticDataset;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.models.SemanticLabels;
import dev.dovetail.models.pipeline.Job;
import dev.dovetail.models.pipeline.Outcome;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.StageClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a segmenter over images with label maps and scores it. */
public final class SemanticEvaluationRun {

  private final List<SemanticDataset.Pair> pairs;
  private final SemanticEvaluator evaluator;
  private final LabelRange range;
  private final Warnings warnings;
  private final StageClock clock;

  /**
   * @param limit the most images, the first by name
   * @param warnings counts label maps with values that are no class
   */
  public SemanticEvaluationRun(
      SemanticDataset dataset,
      int classes,
      SemanticLabels labels,
      int limit,
      Warnings warnings,
      StageClock clock) {
    this.pairs = dataset.pairs().stream().limit(limit).toList();
    this.evaluator =
        new SemanticEvaluator(
            classes, new LabelMapping(labels.ignore(), labels.reduceZero(), Map.of()));
    this.range = new LabelRange(classes, labels.reduceZero(), labels.ignore());
    this.warnings = warnings;
    this.clock = clock;
  }

  /**
   * Makes the label maps of all images that the folder does not hold yet, and scores each as soon
   * as it is there.
   *
   * @param scored whether label maps are compared with the annotations
   * @throws IOException at the end if images could not be used, naming them
   */
  public void run(Pipeline pipeline, OutputFolder out, boolean scored, Progress progress)
      throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      Path done = out.file(name(pairs.get(i)));
      if (!Files.exists(done)) {
        jobs.add(Job.ofFile(i, pairs.get(i).name(), pairs.get(i).image()));
      } else if (scored) {
        score(pairs.get(i), LabelPng.read(done));
      }
    }
    progress.start(pairs.size(), pairs.size() - jobs.size());
    Failed failed = new Failed();
    pipeline.run(
        pipeline.byShape(jobs),
        (job, image, outcome) -> {
          SemanticDataset.Pair pair = pairs.get(Math.toIntExact(job.id()));
          LabelMap map = ((Outcome.Labels) outcome).map();
          out.write(name(pair), file -> LabelPng.write(file, map));
          if (scored) {
            score(pair, map);
          }
          return pair;
        },
        new Pipeline.Sink<SemanticDataset.Pair>() {
          @Override
          public void accept(Job job, SemanticDataset.Pair done) {
            progress.step();
          }

          @Override
          public void failed(Job job, IOException reason) {
            failed.add(reason.getMessage());
            progress.step();
          }
        });
    failed.throwIfAny(pairs.size());
  }

  private static String name(SemanticDataset.Pair pair) {
    return "label_maps/" + pair.name() + ".png";
  }

  private void score(SemanticDataset.Pair pair, LabelMap predicted) throws IOException {
    long start = System.nanoTime();
    LabelMap truth = LabelPng.read(pair.labels(), pair.image(), predicted.size());
    Optional<String> complaint = range.complaint(truth, pair.labels());
    if (complaint.isPresent()) {
      warnings.add("label map with values that are no class", complaint::get);
    }
    synchronized (evaluator) {
      evaluator.accumulate(truth, predicted);
    }
    clock.add(StageClock.Stage.SCORE, System.nanoTime() - start);
  }

  /** The metrics of all that was scored. */
  public SemanticEvaluation metrics() {
    return evaluator.summarise();
  }

  /** How many images the run is about. */
  public int images() {
    return pairs.size();
  }
}
