package dev.dovetail.heads.classification;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ClassLogits;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.BackboneNetwork;

/**
 * A backbone with its own classification head. Parameters have the names of the backbone's
 * checkpoint, without a prefix.
 */
public record ClassifierNetwork(Classifier backbone, int classes)
    implements BackboneNetwork<ClassLogits> {

  @Override
  public ClassLogits forward(Scope root, ImageBatch images) {
    Tensor logits = backbone.logits(root, images.pixels(), classes);
    return new ClassLogits(root.finite("logits", logits));
  }

  @Override
  public Class<ClassLogits> predictions() {
    return ClassLogits.class;
  }
}
