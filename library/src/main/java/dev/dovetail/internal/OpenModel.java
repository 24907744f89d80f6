package dev.dovetail.internal;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
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

  /**
   * A model with its weights.
   *
   * @param model of the config
   * @param key that the user gave to find the weights in the checkpoint
   * @param planMemory bytes that compiled plans may take together
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
