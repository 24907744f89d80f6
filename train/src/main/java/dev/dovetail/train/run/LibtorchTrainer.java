package dev.dovetail.train.run;

import dev.dovetail.Trainer;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.Image;
import dev.dovetail.train.data.BatchLoader;
import dev.dovetail.train.engine.Libtorch;
import java.io.IOException;

/** Trains models with libtorch. */
public final class LibtorchTrainer implements Trainer {

  /** Called by {@link java.util.ServiceLoader}. */
  public LibtorchTrainer() {}

  @Override
  public TrainingReport train(TrainingOptions options) throws IOException {
    RunFolder.check(options);
    try {
      Libtorch.load();
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
    Setup setup = setup(options);
    try (RunFolder folder = RunFolder.open(options, setup.resolved())) {
      return new TrainingRun(options, setup, folder).run();
    }
  }

  @Override
  public Image drawBatch(TrainingOptions options) throws IOException {
    Setup setup = setup(options);
    try (BatchLoader loader = setup.loader(0)) {
      return setup.picture(loader.next());
    }
  }

  private static Setup setup(TrainingOptions options) throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    Setup setup = Setup.of(options, warnings);
    warnings.entries().forEach(entry -> options.listener().say("warning: " + entry));
    return setup;
  }
}
