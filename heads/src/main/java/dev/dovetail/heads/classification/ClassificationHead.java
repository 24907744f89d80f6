package dev.dovetail.heads.classification;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.Head;
import java.util.Optional;

/**
 * Gives an image a score for each class. The layers are the backbone's own, since every family of
 * published classifiers pools and normalises in its way.
 *
 * @param classes 0 for a backbone without a classifier, which gives what it would classify by
 */
public record ClassificationHead(int classes) implements Head {

  /**
   * @throws IllegalArgumentException if the number is negative
   */
  public ClassificationHead {
    if (classes < 0) {
      throw new IllegalArgumentException("ClassificationHead: classes is " + classes);
    }
  }

  /** The classes of ImageNet-1k. */
  public static ClassificationHead defaults() {
    return new ClassificationHead(1000);
  }

  @Override
  public Network<?> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck) {
    if (adapter.isPresent() || neck.isPresent()) {
      throw new IllegalArgumentException(
          "'"
              + (adapter.isPresent() ? "adapter" : "neck")
              + "' has no meaning here: a classifier is a backbone alone");
    }
    if (!(backbone instanceof Classifier classifier)) {
      throw new IllegalArgumentException(
          "the head 'classifier' needs a backbone with a classification head, and "
              + backbone.getClass().getSimpleName()
              + " has none");
    }
    return classes > 0
        ? new ClassifierNetwork(classifier, classes)
        : new EmbeddingNetwork(classifier);
  }
}
