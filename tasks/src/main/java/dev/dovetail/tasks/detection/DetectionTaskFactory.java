package dev.dovetail.tasks.detection;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.ObjectPredictions;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.List;
import java.util.Optional;

/** Creates the task {@code detection} for networks that predict boxes or query masks. */
public final class DetectionTaskFactory implements TaskFactory {

  private static final String TEST = "test";
  private static final String MASKS = "masks";

  @Override
  public String name() {
    return ObjectTask.NAME;
  }

  @Override
  public List<String> sections() {
    return List.of(MASKS, TEST);
  }

  /** Query masks are used for segmentation unless a config requests detection. */
  @Override
  public boolean isImplied(Network<?> network) {
    return !QueryMasks.class.isAssignableFrom(network.predictions());
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    if (QueryMasks.class.isAssignableFrom(network.predictions())) {
      InstanceInference inference = sections.section(TEST, InstanceInference.defaults());
      return Optional.of(new InstanceTask(network.classes(), inference));
    }
    return ObjectPredictions.class.isAssignableFrom(network.predictions())
        ? Optional.of(
            new DetectionTask(
                network.classes(),
                sections.optional(MASKS, MaskInference.defaults()),
                network
                    .suppression()
                    .flatMap(own -> sections.augmentation(ObjectAugmentation.of(own)))))
        : Optional.empty();
  }
}
