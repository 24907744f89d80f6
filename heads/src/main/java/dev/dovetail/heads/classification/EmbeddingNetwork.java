package dev.dovetail.heads.classification;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Embedding;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.BackboneNetwork;

/** A backbone without a classification head, which returns the pooled embedding of an image. */
public record EmbeddingNetwork(Classifier backbone) implements BackboneNetwork<Embedding> {

  @Override
  public Embedding forward(Scope root, ImageBatch images) {
    Tensor features = backbone.logits(root, images.pixels(), 0);
    return new Embedding(root.finite("embedding", features));
  }

  @Override
  public Class<Embedding> predictions() {
    return Embedding.class;
  }

  @Override
  public int classes() {
    return 0;
  }
}
