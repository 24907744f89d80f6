package dev.dovetail.models;

import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.ClassMapping;
import dev.dovetail.tasks.Task;
import java.util.List;

/**
 * A network and its task, without weights.
 *
 * @param <P> the type of the network's predictions
 * @param <R> the type of the task's result for one image
 * @param preprocess the preprocessing of images
 * @param classes the class names in the order of the network's outputs; empty if the config has
 *     none
 */
public record Model<P extends Predictions, R>(
    Network<? extends P> network, Task<P, R> task, Preprocess preprocess, List<String> classes) {

  /**
   * @throws IllegalArgumentException if the number of class names is not that of the classes, or a
   *     required unique name is duplicated
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
              + "; specify as many names, or none ('classes': [] uses those of the checkpoint)");
    }
    List<String> used = classes.stream().filter(name -> !ClassMapping.isUnused(name)).toList();
    if (task.needsDistinctNames() && used.stream().distinct().count() < used.size()) {
      throw new IllegalArgumentException("'classes' has duplicate names; expected each name once");
    }
  }
}
