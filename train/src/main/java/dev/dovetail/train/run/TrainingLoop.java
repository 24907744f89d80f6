package dev.dovetail.train.run;

import dev.dovetail.TrainingListener;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.BatchLoader;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.optim.GradientNorm;
import dev.dovetail.train.optim.Optimizer;
import dev.dovetail.train.optim.Schedule;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the steps of a training. */
final class TrainingLoop {

  private final Setup setup;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final Schedule schedule;

  TrainingLoop(Setup setup, Parameters parameters, Optimizer optimizer) {
    this.setup = setup;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.schedule =
        setup.recipe().schedule().of(setup.steps(), setup.recipe().length().unit(setup.epoch()));
  }

  /** One step: the passes of its batches, and the update. */
  TrainingListener.Step step(Steps steps, BatchLoader loader, long iteration) throws IOException {
    Recipe recipe = setup.recipe();
    int passes = recipe.batches().accumulate();
    long begin = System.nanoTime();
    long waited = 0;
    parameters.clearGradients();
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int pass = 0; pass < passes; pass++) {
      long before = System.nanoTime();
      Batch batch = loader.next();
      waited += System.nanoTime() - before;
      Map<String, Double> terms = steps.run(parameters, batch, 1.0 / passes);
      terms.forEach((name, value) -> losses.merge(name, value / passes, Double::sum));
    }
    double clip = recipe.regularization().clip();
    double norm =
        clip > 0 ? GradientNorm.clip(parameters, clip) : GradientNorm.of(parameters);
    double rate = recipe.optimizer().rate();
    optimizer.step(parameters, schedule.rates(rate, optimizer.groups(), iteration));
    return new TrainingListener.Step(
        iteration + 1,
        setup.steps(),
        losses,
        schedule.rate(rate, iteration),
        norm,
        (System.nanoTime() - begin) * 1e-9);
  }
}
