package dev.dovetail.models;

import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model with its weights, which remain in their file. */
public final class LoadedModel implements AutoCloseable {

  private final Model<?, ?> model;
  private final Checkpoint checkpoint;
  private final WeightBinding weights;
  private final List<String> notes;

  private LoadedModel(
      Model<?, ?> model, Checkpoint checkpoint, WeightBinding weights, List<String> notes) {
    this.model = model;
    this.checkpoint = checkpoint;
    this.weights = weights;
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a checkpoint and verifies that it fits this model.
   *
   * @param allowMissing whether missing parameters are initialized and unexpected keys ignored
   * @throws IOException if it cannot be read or its keys do not match; the message lists them
   */
  public static LoadedModel open(Model<?, ?> model, Path checkpoint, boolean allowMissing)
      throws IOException {
    return open(model, checkpoint, Optional.empty(), allowMissing);
  }

  /**
   * Opens a checkpoint and uses the weights below one of its keys.
   *
   * @param key see {@link Checkpoint#open(Path, Optional)}
   */
  public static LoadedModel open(
      Model<?, ?> model, Path checkpoint, Optional<String> key, boolean allowMissing)
      throws IOException {
    Checkpoint opened = Checkpoint.open(checkpoint, key);
    try {
      CheckpointMatch match = CheckpointMatch.of(model, opened);
      WeightBinding weights =
          WeightBinding.of(match.requireComplete(allowMissing), DerivedFiles.standard());
      return new LoadedModel(model, opened, weights, match.notes());
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

  /** Returns notes for the user about how the checkpoint was read, one per line. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Returns the class names of the config, otherwise those of the checkpoint; empty if neither has
   * them.
   */
  public List<String> classes() {
    return model.classes().isEmpty() ? checkpoint.classes().orElse(List.of()) : model.classes();
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
