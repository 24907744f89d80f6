package dev.dovetail.heads.classification;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.Head;
import java.util.Optional;

/**
 * Predicts a score of each class for an image. The layers are those of the backbone, since pooling
 * and normalization differ between the families of published classifiers.
 *
 * @param classes number of classes; 0 for a backbone without a classifier, which returns the
 *     embedding of the image
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

  /** Returns a head for the classes of ImageNet-1k. */
  public static ClassificationHead defaults() {
    return new ClassificationHead(1000);
  }

  @Override
  public Network<?> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck) {
    if (adapter.isPresent() || neck.isPresent()) {
      throw new IllegalArgumentException(
          "'"
              + (adapter.isPresent() ? "adapter" : "neck")
              + "' does not apply here: a classifier consists of a backbone only");
    }
    if (!(backbone instanceof Classifier classifier)) {
      throw new IllegalArgumentException(
          "the head 'classifier' needs a backbone with a classification head, but "
              + backbone.getClass().getSimpleName()
              + " has none");
    }
    return classes > 0
        ? new ClassifierNetwork(classifier, classes)
        : new EmbeddingNetwork(classifier);
  }
}
