package dev.dovetail.models;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.ClassMapping;
import dev.dovetail.tasks.Task;
import java.util.List;

/**
 * A network and what it is used for, without weights.
 *
 * @param <P> the predictions that the task works on
 * @param <R> the task's result for one image
 * @param preprocess how images are prepared
 * @param classes the names of the classes in the order of the network's outputs; empty if the
 *     config gives none
 */
public record Model<P extends Predictions, R>(
    Network<? extends P> network, Task<P, R> task, Preprocess preprocess, List<String> classes) {

  /**
   * @throws IllegalArgumentException if there are other class names than classes
   */
  public Model {
    classes = List.copyOf(classes);
    if (!classes.isEmpty() && classes.size() != network.classes()) {
      throw new IllegalArgumentException(
          "'classes' has "
              + classes.size()
              + " names, but "
              + (network instanceof BackboneNetwork<?>
                  ? "head.classes is "
                  : "the network's classes are ")
              + network.classes()
              + "; give as many names, or none ('classes': [] takes the checkpoint's)");
    }
    List<String> used = classes.stream().filter(name -> !ClassMapping.isUnused(name)).toList();
    if (task.needsDistinctNames() && used.stream().distinct().count() < used.size()) {
      throw new IllegalArgumentException("'classes' has a name twice; expected each once");
    }
  }
}
