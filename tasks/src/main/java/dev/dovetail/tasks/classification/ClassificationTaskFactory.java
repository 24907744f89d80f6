package dev.dovetail.tasks.classification;

import dev.dovetail.graph.network.ClassLogits;
import dev.dovetail.graph.network.Network;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.Optional;

/**
 * Creates the task {@code classification} for networks that predict class scores of whole images.
 */
public final class ClassificationTaskFactory implements TaskFactory {

  @Override
  public String name() {
    return ClassificationTask.NAME;
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    return ClassLogits.class.isAssignableFrom(network.predictions())
        ? Optional.of(new ClassificationTask(network.classes()))
        : Optional.empty();
  }
}
