package dev.dovetail.tasks.classification;

import dev.dovetail.formats.FeatureVector;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.Embedding;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import java.util.List;
import java.util.Map;

/** Image embedding. The output of its graphs is {@code embedding} float32 [batch, channels]. */
public record EmbeddingTask() implements Task<Embedding, FeatureVector> {

  static final String NAME = "embedding";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocess usualPreprocess() {
    return Preprocess.classification();
  }

  @Override
  public boolean takesCrops() {
    return true;
  }

  @Override
  public Class<FeatureVector> results() {
    return FeatureVector.class;
  }

  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends Embedding> network, ImageBatch images) {
    return network.forward(root, images).tensors();
  }

  @Override
  public FeatureVector decode(Map<String, TensorData> outputs, int image, Size original) {
    return new FeatureVector(outputs.get(NAME).row(image));
  }

  @Override
  public Presentation<FeatureVector> presentation(List<String> classes) {
    return new EmbeddingPresentation();
  }

  @Override
  public Evaluation<FeatureVector> evaluation(EvaluationData data, List<String> classes) {
    throw new DataMismatchException(
        "eval scores classifiers, detectors and segmenters, but the model is a backbone without a"
            + " classifier; 'dovetail predict' writes its embeddings");
  }
}
