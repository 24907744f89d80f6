package dev.dovetail.train.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingListener;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.core.DType;
import dev.dovetail.files.OutputFile;
import dev.dovetail.graph.Graph;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.models.Model;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.train.checkpoint.FrozenParts;
import dev.dovetail.train.checkpoint.InitialWeights;
import dev.dovetail.train.checkpoint.WeightsFile;
import dev.dovetail.train.data.BatchLoader;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Parameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * A training run in its output directory. The state is saved before each evaluation. A run that was
 * killed resumes from the last saved step and repeats an unfinished evaluation.
 */
final class TrainingRun {

  private final TrainingOptions options;
  private final Setup setup;
  private final RunFolder folder;
  private final TrainingListener listener;

  TrainingRun(TrainingOptions options, Setup setup, RunFolder folder) {
    this.options = options;
    this.setup = setup;
    this.folder = folder;
    this.listener = options.listener();
  }

  TrainingReport run() throws IOException {
    boolean resumes = Files.exists(folder.state());
    if (options.start().resume() && !resumes) {
      listener.say(options.out() + " has no training run to resume; starting a new one");
    }
    try (Steps steps = new Steps(setup);
        Parameters parameters = parameters(steps, resumes);
        Training training = new Training(setup, parameters)) {
      long done = resumes ? training.restore(folder.state()) : 0;
      try (TrainingLog log = TrainingLog.open(folder.log(), done);
          BatchLoader loader = setup.loader(done)) {
        listener.started(done, setup.steps());
        if (resumes) {
          // If the run was killed between writing both files, the weights are older than the state.
          writeWeights(training, parameters, done);
          evaluate(log, done);
        }
        while (done < setup.steps() && !listener.cancelled()) {
          done = step(training, steps, loader, log, done);
          if (setup.recipe().intervals().saves(done, setup.steps())) {
            save(training, parameters, done);
            evaluate(log, done);
            writePage(log);
          }
        }
        if (done < setup.steps()) {
          save(training, parameters, done);
        }
        writePage(log);
        return report(log, done);
      }
    }
  }

  /**
   * Returns new parameters with initial values, from a checkpoint if one is specified and no state
   * follows. Freezes parts of them.
   */
  private Parameters parameters(Steps steps, boolean resumes) throws IOException {
    Model<?, ?> model = setup.config().model();
    Graph graph = steps.graph(1, model.task().inputSize(model.preprocess()));
    Parameters parameters =
        Parameters.initial(graph, FloatType.FLOAT32, setup.recipe().batches().seed());
    try {
      if (!resumes) {
        readWeights(graph, parameters);
      }
      FrozenParts.freeze(parameters, options.freeze()).forEach(listener::say);
      return parameters;
    } catch (IOException | RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  private void readWeights(Graph graph, Parameters parameters) throws IOException {
    Optional<Path> weights = options.start().weights();
    if (weights.isEmpty()) {
      weights = setup.named().ownWeights();
    }
    if (weights.isPresent()) {
      InitialWeights.read(
              setup.config(), graph, parameters, weights.get(), options.start().weightsKey())
          .forEach(listener::say);
    }
  }

  private long step(Training training, Steps steps, BatchLoader loader, TrainingLog log, long done)
      throws IOException {
    try {
      TrainingListener.Step step = training.step(steps, loader, done);
      if (step.iteration() % setup.recipe().intervals().logEvery() == 0
          || step.iteration() == setup.steps()) {
        log.step(step, (double) step.iteration() / setup.epoch());
      }
      listener.stepped(step);
      return step.iteration();
    } catch (NotFiniteException e) {
      throw notFinite(e, done + 1);
    }
  }

  /** Saves the images of the step and returns an exception with a remedy. */
  private IOException notFinite(NotFiniteException e, long iteration) throws IOException {
    ImageWriter.write(folder.badBatch(".png"), setup.picture(e.batch()));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("iteration", iteration);
    ObjectNode losses = json.putObject("losses");
    e.losses().forEach((name, value) -> losses.put(name, String.valueOf(value)));
    e.batch().names().forEach(json.putArray("images")::add);
    ArrayNode gradients = json.putArray("gradients");
    e.gradients().forEach(gradient -> gradients.add(gradient.toString()));
    OutputFile.write(
        folder.badBatch(".json"), json.toPrettyString().getBytes(StandardCharsets.UTF_8));
    return new IOException(
        "step "
            + iteration
            + ": "
            + words(e)
            + "; its images are in "
            + folder.badBatch(".png")
            + " and "
            + folder.badBatch(".json")
            + ". A resumed run would fail in the same way. Start a new run with a lower"
            + " training.optimizer.learningRate, a longer training.schedule.warmup, or training.maxGradNorm=1");
  }

  private static String words(NotFiniteException e) {
    return e.losses().entrySet().stream()
        .filter(loss -> !Double.isFinite(loss.getValue()))
        .map(loss -> "'" + loss.getKey() + "' is " + loss.getValue())
        .findFirst()
        .orElseGet(
            () ->
                e.gradients().isEmpty() // all are finite, but the sum of their squares is not
                    ? "the norm of the gradients is infinite"
                    : "the gradient of " + e.gradients().get(0));
  }

  /** Saves the state first. If the weights are older, a resumed run writes them again. */
  private void save(Training training, Parameters parameters, long done) throws IOException {
    training.save(folder.state(), done);
    writeWeights(training, parameters, done);
  }

  private void writeWeights(Training training, Parameters parameters, long done)
      throws IOException {
    new WeightsFile(parameters, training.average())
        .write(folder.last(), DType.FLOAT32, Map.of("iteration", Long.toString(done)));
  }

  /** Evaluates the most recently saved weights if an evaluation is due, and keeps the best. */
  private void evaluate(TrainingLog log, long done) throws IOException {
    if (options.validation().isEmpty()
        || !setup.recipe().intervals().evaluates(done, setup.steps())
        || log.hasEvaluation(done)) {
      return;
    }
    TrainingData set = options.validation().get();
    try (DovetailModel model =
        Dovetail.model(folder.config().toString()).weights(folder.last()).open()) {
      EvaluationReport report =
          model.evaluate(
              EvaluationOptions.of(set.images(), set.annotations()).toBuilder()
                  .progress(listener.evaluating(done))
                  .build());
      Metrics metrics = report.metrics();
      double before = log.best().map(b -> value(b.metrics())).orElse(Double.NaN);
      boolean best = Double.isNaN(before) || value(metrics) > before;
      if (best) {
        OutputFile.write(folder.best(), fresh -> copy(folder.last(), fresh));
      }
      log.evaluation(done, metrics, best);
      listener.evaluated(done, metrics, best);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private double value(Metrics metrics) {
    return metrics.value(setup.objective().metric());
  }

  private void writePage(TrainingLog log) throws IOException {
    TrainingPage.of(options, setup, log).write(folder.page());
  }

  private TrainingReport report(TrainingLog log, long done) {
    Optional<TrainingReport.Best> best =
        log.best().map(b -> new TrainingReport.Best(folder.best(), b.iteration(), b.metrics()));
    return new TrainingReport(done, done == setup.steps(), folder.last(), best, folder.page());
  }
}
