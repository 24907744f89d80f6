package dev.dovetail.models;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * A dense predictor: parts that fit together, without weights.
 *
 * @param classes the names of the classes in the order of the head's outputs; empty if the config
 *     gives none
 */
public record Model(
    Backbone backbone,
    Adapter adapter,
    Neck neck,
    Task task,
    Preprocess preprocess,
    List<String> classes) {

  public Model {
    classes = List.copyOf(classes);
    if (!classes.isEmpty() && classes.size() != task.head().classes()) {
      throw new IllegalArgumentException(
          "'classes' has "
              + classes.size()
              + " names, but head.classes is "
              + task.head().classes());
    }
  }

  /**
   * What the head works on.
   *
   * @param root the root of the model's scopes
   * @param image [batch, 3, height, width], normalised
   */
  FeaturePyramid features(Scope root, Tensor image) {
    return neck.apply(root.at("neck"), pyramid(root, image));
  }

  /** The adapter's pyramid, at strides 4 to 32. */
  FeaturePyramid pyramid(Scope root, Tensor image) {
    Scope s = root.at("backbone");
    return s.run(() -> adapter.apply(s, backbone, image));
  }
}
