package dev.dovetail.tasks.panoptic;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.List;
import java.util.Optional;

/** Creates the task {@code panoptic} for networks that predict query masks. */
public final class PanopticTaskFactory implements TaskFactory {

  private static final String TEST = "test";

  @Override
  public String name() {
    return PanopticTask.NAME;
  }

  @Override
  public List<String> sections() {
    return List.of(TEST);
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    return QueryMasks.class.isAssignableFrom(network.predictions())
        ? Optional.of(
            new PanopticTask(
                network.classes(),
                sections
                    .section(TEST, PanopticInference.defaults())
                    .requireWithin(network.classes())))
        : Optional.empty();
  }
}
