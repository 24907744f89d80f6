package dev.dovetail.tasks.classification;

import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ClassLogits;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Image classification. The output of its graphs is {@code scores} float32 [batch, classes], which
 * sum to 1.
 *
 * @param classes the number of classes of the model
 */
public record ClassificationTask(int classes) implements Task<ClassLogits, ClassScores> {

  static final String NAME = "classification";

  private static final String SCORES = "scores";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocess usualPreprocess() {
    return Preprocess.classification();
  }

  /** Classes are identified by number, since ImageNet has two classes named crane. */
  @Override
  public boolean needsDistinctNames() {
    return false;
  }

  @Override
  public boolean takesCrops() {
    return true;
  }

  @Override
  public Class<ClassScores> results() {
    return ClassScores.class;
  }

  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends ClassLogits> network, ImageBatch images) {
    return Map.of(SCORES, network.forward(root, images).logits().softmax(-1));
  }

  @Override
  public ClassScores decode(Map<String, TensorData> outputs, int image, Size original) {
    return new ClassScores(outputs.get(SCORES).row(image));
  }

  @Override
  public Presentation<ClassScores> presentation(List<String> names) {
    return new ClassificationPresentation(names);
  }

  @Override
  public Evaluation<ClassScores> evaluation(EvaluationData data, List<String> names)
      throws IOException {
    return ImageFolderEvaluation.of(data, names, classes);
  }
}
