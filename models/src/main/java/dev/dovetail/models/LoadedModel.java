package dev.dovetail.models;

import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A model with its weights, which stay in their file. */
public final class LoadedModel implements AutoCloseable {

  private final Model<?, ?> model;
  private final Checkpoint checkpoint;
  private final WeightBinding weights;

  private LoadedModel(Model<?, ?> model, Checkpoint checkpoint, WeightBinding weights) {
    this.model = model;
    this.checkpoint = checkpoint;
    this.weights = weights;
  }

  /**
   * Opens a checkpoint and checks that it is one of this model.
   *
   * @param allowMissing whether parameters that it lacks are initialised, and keys that the model
   *     does not know are left out
   * @throws IOException if it cannot be read or its keys do not fit; the message lists them
   */
  public static LoadedModel open(Model<?, ?> model, Path checkpoint, boolean allowMissing)
      throws IOException {
    Checkpoint opened = Checkpoint.open(checkpoint);
    try {
      WeightBinding weights =
          WeightBinding.of(
              CheckpointMatch.of(model, opened).requireComplete(allowMissing),
              DerivedFiles.standard());
      return new LoadedModel(model, opened, weights);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  public Model<?, ?> model() {
    return model;
  }

  public Checkpoint checkpoint() {
    return checkpoint;
  }

  public WeightBinding weights() {
    return weights;
  }

  /** The names of the classes: the config's, else the checkpoint's; empty if neither has them. */
  public List<String> classes() {
    return model.classes().isEmpty() ? checkpoint.classes().orElse(List.of()) : model.classes();
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
