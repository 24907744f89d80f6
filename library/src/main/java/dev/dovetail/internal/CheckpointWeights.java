package dev.dovetail.internal;

import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Weights in a checkpoint.
 *
 * @param key the key of the set of weights, if the user specified one
 */
public record CheckpointWeights(Checkpoint checkpoint, Optional<String> key) implements Weights {

  @Override
  public Path path() {
    return checkpoint.path();
  }

  @Override
  public String sha256() throws IOException {
    return checkpoint.sha256();
  }
}
