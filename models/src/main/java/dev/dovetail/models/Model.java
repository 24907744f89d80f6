package dev.dovetail.models;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * Parts that fit together, without weights: a dense predictor, or a classifier, which is a backbone
 * alone.
 *
 * @param adapter of no use in a classifier
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

  /**
   * @throws IllegalArgumentException if there are other class names than classes, or a classifier's
   *     backbone has no classification head
   */
  public Model {
    classes = List.copyOf(classes);
    if (task instanceof Task.Classification && !(backbone instanceof Classifier)) {
      throw new IllegalArgumentException(
          "the head 'classifier' needs a backbone with a classification head, and "
              + backbone.getClass().getSimpleName()
              + " has none");
    }
    if (!classes.isEmpty() && classes.size() != task.head().classes()) {
      throw new IllegalArgumentException(
          "'classes' has "
              + classes.size()
              + " names, but head.classes is "
              + task.head().classes()
              + "; give as many names, or none ('classes': [] takes the checkpoint's)");
    }
  }

  /**
   * What the head works on.
   *
   * @param root the root of the model's scopes
   * @param image [batch, 3, height, width], normalised
   */
  FeaturePyramid features(Scope root, Tensor image) {
    return features(root, pyramid(root, image));
  }

  /** The neck's pyramid of the adapter's. Names the values {@code neck.p1}, … */
  FeaturePyramid features(Scope root, FeaturePyramid pyramid) {
    return named(root.at("neck"), "p", s -> neck.apply(s, pyramid));
  }

  /**
   * The adapter's pyramid, at strides 4 to 32. Names the values {@code backbone.f1}, …
   *
   * @param image [batch, 3, height, width], normalised
   */
  FeaturePyramid pyramid(Scope root, Tensor image) {
    return named(root.at("backbone"), "f", s -> adapter.apply(s, backbone, image));
  }

  /**
   * A classifier's scores before the softmax, [batch, classes]; its parameters have the names of a
   * backbone's checkpoint, without a prefix.
   *
   * @param image [batch, 3, height, width], normalised
   */
  Tensor logits(Scope root, Tensor image) {
    List<Features> stages = backbone.features(root, image);
    Features last = stages.get(stages.size() - 1);
    return ((Classifier) backbone).logits(root, last, task.head().classes());
  }

  private static FeaturePyramid named(
      Scope s, String letter, Function<Scope, FeaturePyramid> part) {
    FeaturePyramid pyramid = s.run(() -> part.apply(s));
    for (int i = 0; i < pyramid.levels().size(); i++) {
      s.value(letter + (i + 1), pyramid.map(i));
    }
    return pyramid;
  }
}
