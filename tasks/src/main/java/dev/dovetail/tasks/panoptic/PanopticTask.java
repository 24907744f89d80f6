package dev.dovetail.tasks.panoptic;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Panoptic segmentation, which assigns every pixel to a thing or to a kind of stuff. Its graphs
 * compute the pixels that each query wins. The segments are assembled in Java in the order of the
 * queries (Mask2Former's {@code panoptic_inference}).
 *
 * @param classes the number of classes of the model
 */
public record PanopticTask(int classes, PanopticInference inference)
    implements Task<QueryMasks, PanopticMap> {

  static final String NAME = "panoptic";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocess usualPreprocess() {
    return Preprocess.segmentation();
  }

  @Override
  public Class<PanopticMap> results() {
    return PanopticMap.class;
  }

  /** See {@link QueryContest#outputs}. */
  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends QueryMasks> network, ImageBatch images) {
    Scope s = root.at("postprocess");
    QueryMasks predictions = network.forward(root, images).checked(s);
    return s.float32(() -> new QueryContest(predictions, inference).outputs(s, images));
  }

  @Override
  public Set<String> pixelOutputs() {
    return Set.of(QueryContest.WINNERS, QueryContest.WON, QueryContest.COVERED);
  }

  @Override
  public boolean needsOneOriginalSize() {
    return true;
  }

  @Override
  public PanopticMap decode(Map<String, TensorData> outputs, int image, Size original) {
    return new SegmentAssembly(inference).assemble(outputs, image);
  }

  @Override
  public Presentation<PanopticMap> presentation(List<String> names) {
    return new PanopticPresentation(names, inference.stuff());
  }

  @Override
  public Evaluation<PanopticMap> evaluation(EvaluationData data, List<String> names)
      throws IOException {
    return PanopticMapsEvaluation.of(data, names, classes);
  }
}
