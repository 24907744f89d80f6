package dev.dovetail.models.parity;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.tasks.Task;
import dev.dovetail.testing.ReferenceFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** A trained reference model. */
record ReferenceModel(ReferenceFolder files) {

  /** Returns a test for every directory whose model has this task. */
  static Stream<DynamicTest> each(
      Class<? extends Task<?, ?>> task, ThrowingConsumer<ReferenceModel> test) {
    return ReferenceFolder.each(
        "model for " + task.getSimpleName(),
        files -> task.isInstance(new ReferenceModel(files).config().model().task()),
        files -> test.accept(new ReferenceModel(files)));
  }

  /** Reads the shipped config with overrides as by {@code --set}. */
  ModelConfig config(String... overrides) {
    try {
      return ModelConfig.read(files.config(), List.of(overrides), PartRegistry.load());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LoadedModel open(String... overrides) throws IOException {
    return LoadedModel.open(config(overrides).model(), files.checkpoint(), false);
  }
}
