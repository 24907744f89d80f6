package dev.dovetail;

import dev.dovetail.testing.ReferenceFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** A trained reference model, opened through the public API. */
record TrainedModel(ReferenceFolder files) {

  /** Returns a test for each directory whose model has this task. */
  static Stream<DynamicTest> each(String task, ThrowingConsumer<TrainedModel> test) {
    return ReferenceFolder.each(
        "model for " + task,
        files -> new TrainedModel(files).task().equals(task),
        files -> test.accept(new TrainedModel(files)));
  }

  private String task() {
    try (DovetailModel model = builder().open()) {
      return model.task();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a builder for the model with its checkpoint. */
  ModelBuilder builder() {
    return Dovetail.model(files.config().toString()).weights(files.checkpoint());
  }
}
