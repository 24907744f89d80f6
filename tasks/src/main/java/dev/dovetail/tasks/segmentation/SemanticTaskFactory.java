package dev.dovetail.tasks.segmentation;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.PixelPredictions;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.List;
import java.util.Optional;

/** {@code semantic}: for networks that score every pixel, or draw masks. */
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
    return PixelPredictions.class.isAssignableFrom(network.predictions())
        ? Optional.of(
            new SemanticTask(
                network.classes(),
                sections.section(TEST, SemanticInference.defaults()),
                sections.section(LABELS, SemanticLabels.defaults())))
        : Optional.empty();
  }
}
