package dev.dovetail.internal;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A model that is open, however it was stored.
 *
 * @param <R> the task's result for one image
 * @param classes the names of the classes; empty if they are unknown
 * @param loaded of a model that is not an exported file
 */
public record OpenModel<R>(
    Session<R> session,
    List<String> classes,
    ModelConfig config,
    Weights weights,
    Optional<LoadedModel> loaded,
    Settings settings)
    implements AutoCloseable {

  public OpenModel {
    classes = List.copyOf(classes);
  }

  @Override
  public void close() throws IOException {
    session.close();
    if (loaded.isPresent()) {
      loaded.get().close();
    }
  }
}
