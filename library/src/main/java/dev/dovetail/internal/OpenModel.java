package dev.dovetail.internal;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A model that is open, from any source.
 *
 * @param <R> the task's result for one image
 * @param classes the class names; empty if they are unknown
 * @param loaded the loaded model; empty for an exported file
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

  /**
   * Opens a model with its weights.
   *
   * @param model the model of the config
   * @param key the key of the set of weights in the checkpoint, if the user specified one
   * @param planMemory the maximum memory of compiled plans in bytes
   */
  public static <R> OpenModel<R> of(
      ModelConfig config,
      Model<?, R> model,
      LoadedModel loaded,
      Optional<String> key,
      Settings settings,
      long planMemory) {
    CompiledPlans plans = CompiledPlans.of(model, loaded.weights(), settings, planMemory);
    return new OpenModel<>(
        Session.of(model, plans),
        loaded.classes(),
        config,
        new CheckpointWeights(loaded.checkpoint(), key),
        Optional.of(loaded),
        settings);
  }

  @Override
  public void close() throws IOException {
    session.close();
    if (loaded.isPresent()) {
      loaded.get().close();
    }
  }
}
