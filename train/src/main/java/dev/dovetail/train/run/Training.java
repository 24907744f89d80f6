package dev.dovetail.train.run;

import dev.dovetail.TrainingListener;
import dev.dovetail.train.checkpoint.Progress;
import dev.dovetail.train.checkpoint.TrainingState;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.BatchLoader;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.optim.AverageDecay;
import dev.dovetail.train.optim.GradientNorm;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.NonFinite;
import dev.dovetail.train.optim.Optimizer;
import dev.dovetail.train.optim.Schedule;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters, optimizer and moving average of a training run, and its steps. */
final class Training implements AutoCloseable {

  private final Setup setup;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final Optional<MovingAverage> average;
  private final AverageDecay decay;
  private final Schedule schedule;

  Training(Setup setup, Parameters parameters) {
    this.setup = setup;
    this.parameters = parameters;
    Recipe recipe = setup.recipe();
    this.optimizer = recipe.optimizer().of(parameters);
    this.average =
        recipe.regularization().emaDecay() > 0
            ? Optional.of(new MovingAverage(parameters, parameters.names()))
            : Optional.empty();
    this.decay = AverageDecay.rising(recipe.regularization().emaDecay());
    this.schedule = recipe.schedule().of(setup.steps(), recipe.length().unit(setup.epoch()));
  }

  /** Returns the parameters to evaluate: the average, if there is one. */
  Optional<MovingAverage> average() {
    return average;
  }

  void save(Path file, long iteration) throws IOException {
    state().save(file, new Progress(iteration, setup.recipe().batches().seed(), Map.of()));
  }

  /** Returns the number of steps finished before this run was resumed. */
  long restore(Path file) throws IOException {
    return state().restore(file).step();
  }

  private TrainingState state() {
    return new TrainingState(parameters, optimizer, average);
  }

  /**
   * Takes one step: the passes over its batches, and the update.
   *
   * @param iteration the number of finished steps
   * @throws IOException if an image cannot be used
   * @throws NotFiniteException if a loss or a gradient is not finite; the parameters are then
   *     unchanged
   */
  TrainingListener.Step step(Steps steps, BatchLoader loader, long iteration) throws IOException {
    Recipe recipe = setup.recipe();
    int passes = recipe.batches().accumulate();
    long begin = System.nanoTime();
    long waited = 0;
    parameters.clearGradients();
    Map<String, Double> losses = new LinkedHashMap<>();
    List<Batch> batches = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      long before = System.nanoTime();
      Batch batch = loader.next();
      batches.add(batch);
      waited += System.nanoTime() - before;
      Map<String, Double> terms = steps.run(parameters, batch, passes);
      requireFinite(batch, terms);
      terms.forEach((name, value) -> losses.merge(name, value / passes, Double::sum));
    }
    double most = recipe.regularization().maxGradNorm();
    double norm = most > 0 ? GradientNorm.clip(parameters, most) : GradientNorm.of(parameters);
    if (!Double.isFinite(norm)) {
      throw new NotFiniteException(Batch.joined(batches), losses, NonFinite.gradients(parameters));
    }
    optimizer.step(
        parameters,
        schedule.rates(recipe.optimizer().learningRate(), optimizer.groups(), iteration));
    average.ifPresent(a -> a.update(parameters, decay.at(iteration)));
    return new TrainingListener.Step(
        iteration + 1,
        setup.steps(),
        losses,
        schedule.rate(recipe.optimizer().learningRate(), iteration),
        norm,
        (System.nanoTime() - begin) * 1e-9,
        waited * 1e-9);
  }

  private void requireFinite(Batch batch, Map<String, Double> losses) {
    if (!losses.values().stream().allMatch(Double::isFinite)) {
      throw new NotFiniteException(batch, losses, NonFinite.gradients(parameters));
    }
  }

  @Override
  public void close() {
    optimizer.close();
    average.ifPresent(MovingAverage::close);
  }
}
