package dev.dovetail.internal;

import dev.dovetail.files.OutputException;
import dev.dovetail.internal.StageClock.Stage;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.FailureLog;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.Progress;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a model over a data set. Each result is stored as soon as it is available and scored once.
 * Results of an earlier run are reused.
 *
 * @param <R> the task's result for one image
 */
public final class EvaluationRun<R> {

  private final Pipeline<R> pipeline;
  private final Evaluation<R> evaluation;
  private final OutputFolder out;
  private final Progress progress;
  private final StageClock clock;
  private final FailureLog failures = new FailureLog();
  private boolean scores;

  public EvaluationRun(
      Pipeline<R> pipeline,
      Evaluation<R> evaluation,
      OutputFolder out,
      Progress progress,
      StageClock clock) {
    this.pipeline = pipeline;
    this.evaluation = evaluation;
    this.out = out;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Runs the model over all images without a stored result, and writes the results.
   *
   * @throws InterruptedIOException if the run is cancelled or interrupted; finished results are
   *     kept
   * @throws IOException after all other images are done, if some could not be used, with their
   *     names
   */
  public void predict() throws IOException {
    run();
  }

  /** Runs the model as {@link #predict} does, and scores each image as soon as it is done. */
  public Metrics evaluate() throws IOException {
    evaluation.prepare();
    scores = true;
    run();
    return evaluation.metrics();
  }

  private void run() throws IOException {
    List<Sample> samples = evaluation.samples();
    try (ResultStore<R> store = evaluation.store(out)) {
      List<Sample> earlier = new ArrayList<>();
      List<Job> jobs = new ArrayList<>();
      for (Sample sample : samples) {
        if (store.holds(sample)) {
          earlier.add(sample);
        } else {
          jobs.add(Job.of(sample));
        }
      }
      progress.start(samples.size(), earlier.size());
      pipeline.run(jobs, (job, image, result) -> keep(store, job, result), sink());
      failures.throwIfAny(samples.size(), out);
      store.finish(
          earlier,
          (sample, result) -> {
            checkCancelled();
            score(sample, result);
          });
      failures.throwIfAny(samples.size(), out);
    } catch (OutputException | InterruptedIOException | ClosedByInterruptException e) {
      String reason = e.getMessage();
      boolean stopped = Thread.currentThread().isInterrupted() || progress.cancelled();
      if (stopped) {
        reason = "the run was " + (progress.cancelled() ? "cancelled" : "interrupted");
      }
      String text = reason + System.lineSeparator() + out.afterwards();
      IOException failure = stopped ? new InterruptedIOException(text) : new IOException(text);
      throw (IOException) failure.initCause(e);
    }
  }

  private void checkCancelled() throws InterruptedIOException {
    if (progress.cancelled() || Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException();
    }
  }

  private Sample keep(ResultStore<R> store, Job job, R result) throws IOException {
    Sample sample = evaluation.samples().get(job.id());
    R canonical = evaluation.canonical(result);
    clock.time(
        Stage.FINISH,
        () -> {
          store.write(sample, canonical);
          return null;
        });
    score(sample, canonical);
    return sample;
  }

  /** Scores one image. Failures are reported when all images are done. */
  private void score(Sample sample, R result) {
    if (!scores) {
      return;
    }
    try {
      clock.time(
          Stage.SCORE,
          () -> {
            evaluation.score(sample, result);
            return null;
          });
    } catch (IOException | IllegalArgumentException e) {
      failures.addIf(e.getMessage());
    }
  }

  private Pipeline.Sink<Sample> sink() {
    return new Pipeline.Sink<>() {
      @Override
      public void accept(Job job, Sample done) {
        progress.step();
      }

      @Override
      public void failed(Job job, IOException reason) {
        Sample sample = evaluation.samples().get(job.id());
        failures.addIf(
            Files.exists(sample.file())
                ? reason.getMessage()
                : "no such image: " + sample.file() + ", which the annotations list");
        progress.step();
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }
}
