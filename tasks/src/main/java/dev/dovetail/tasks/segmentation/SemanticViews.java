package dev.dovetail.tasks.segmentation;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.PixelPredictions;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Augmentation;
import dev.dovetail.tasks.Passes;
import dev.dovetail.tasks.PendingResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Semantic segmentation of several views (mmseg's {@code SegTTAModel}, and {@code aug_test} of its
 * versions before 1.0): averages the softmax of each view's logits at the original size.
 */
record SemanticViews(SemanticTask task, Augmentation augmentation)
    implements Passes<PixelPredictions, LabelMap> {

  /** Each output contains a few classes, since its size is limited to 2 GB. */
  private static final int CLASSES_PER_OUTPUT = 16;

  @Override
  public List<Preparation> views(Preprocess preprocess) {
    return augmentation.views(preprocess);
  }

  @Override
  public boolean fills(Preprocess preprocess) {
    return augmentation.fills(preprocess);
  }

  @Override
  public Map<String, Tensor> infer(
      int round, Scope root, Network<? extends PixelPredictions> network, ImageBatch images) {
    Tensor scores =
        task.atOriginalSize(root, network, images, logits -> root.float32(() -> logits.softmax(1)));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int from = 0; from < task.classes(); from += CLASSES_PER_OUTPUT) {
      int to = Math.min(from + CLASSES_PER_OUTPUT, task.classes());
      outputs.put(name(from), scores.slice(1, from, to));
    }
    return outputs;
  }

  /**
   * Returns the name of the output with scores of classes, float32 [batch, n, height, width].
   *
   * @param first the first of these classes
   */
  private static String name(int first) {
    return "class_scores_" + first;
  }

  /** Returns the output that contains the scores of a class. */
  static String outputOf(int label) {
    return name(label - label % CLASSES_PER_OUTPUT);
  }

  /** Returns the index of a class in its output. */
  static int placeOf(int label) {
    return label % CLASSES_PER_OUTPUT;
  }

  @Override
  public PendingResult<LabelMap> begin(Size original) {
    return new AveragedScores(task.classes(), original);
  }
}
