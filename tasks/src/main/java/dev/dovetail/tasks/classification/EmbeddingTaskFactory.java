package dev.dovetail.tasks.classification;

import dev.dovetail.graph.network.Embedding;
import dev.dovetail.graph.network.Network;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.Optional;

/** Creates the task {@code embedding} for networks without classes. */
public final class EmbeddingTaskFactory implements TaskFactory {

  @Override
  public String name() {
    return EmbeddingTask.NAME;
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    return Embedding.class.isAssignableFrom(network.predictions())
        ? Optional.of(new EmbeddingTask())
        : Optional.empty();
  }
}
