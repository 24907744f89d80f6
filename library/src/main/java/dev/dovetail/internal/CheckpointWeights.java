package dev.dovetail.internal;

import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/** Weights in a checkpoint. */
public record CheckpointWeights(Checkpoint checkpoint) implements Weights {

  @Override
  public Path path() {
    return checkpoint.path();
  }

  @Override
  public String sha256() throws IOException {
    return checkpoint.sha256();
  }
}
