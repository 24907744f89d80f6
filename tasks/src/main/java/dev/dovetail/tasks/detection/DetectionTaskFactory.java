package dev.dovetail.tasks.detection;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.ObjectPredictions;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.List;
import java.util.Optional;

/** {@code detection}: for networks that find objects. */
public final class DetectionTaskFactory implements TaskFactory {

  private static final String MASKS = "masks";

  @Override
  public String name() {
    return DetectionTask.NAME;
  }

  @Override
  public List<String> sections() {
    return List.of(MASKS);
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    return ObjectPredictions.class.isAssignableFrom(network.predictions())
        ? Optional.of(
            new DetectionTask(
                network.classes(), sections.optional(MASKS, MaskInference.defaults())))
        : Optional.empty();
  }
}
