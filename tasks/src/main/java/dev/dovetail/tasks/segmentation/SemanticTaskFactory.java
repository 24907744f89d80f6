package dev.dovetail.tasks.segmentation;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.PixelPredictions;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.tasks.Augmentation;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import dev.dovetail.tasks.masks.MaskSize;
import java.util.List;
import java.util.Optional;

/**
 * Creates the task {@code semantic} for networks that predict class scores of pixels or query
 * masks.
 */
public final class SemanticTaskFactory implements TaskFactory {

  private static final String TEST = "test";
  private static final String LABELS = "labels";

  @Override
  public String name() {
    return SemanticTask.NAME;
  }

  @Override
  public List<String> sections() {
    return List.of(TEST, LABELS);
  }

  @Override
  public Optional<Task<?, ?>> create(Network<?> network, Sections sections) {
    if (!PixelPredictions.class.isAssignableFrom(network.predictions())) {
      return Optional.empty();
    }
    SemanticInference inference = sections.section(TEST, SemanticInference.defaults());
    if (inference.masks().at() != MaskSize.At.NETWORK
        && !QueryMasks.class.isAssignableFrom(network.predictions())) {
      throw new IllegalArgumentException(
          "'test.masks' is for networks with query masks, but this one predicts pixel scores;"
              + " remove the key");
    }
    return Optional.of(
        new SemanticTask(
            network.classes(),
            inference,
            sections.section(LABELS, SemanticLabels.defaults()),
            sections.augmentation(Augmentation.none())));
  }
}
