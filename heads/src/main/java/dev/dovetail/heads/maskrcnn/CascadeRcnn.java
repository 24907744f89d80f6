package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.List;
import java.util.Optional;

/**
 * Cascade R-CNN (Cai and Vasconcelos 2018) from a feature pyramid to boxes, scores and labels:
 * {@link CascadeMaskRcnn} without masks. Taps the same values.
 *
 * @param classes background not counted
 * @param boxes the box heads; their coder is the first one's
 * @param laterStds for each box head after the first, what its corrections are multiplied with, for
 *     x, y, width, height
 * @param test thresholds and limits; the section {@code test} of a config
 */
public record CascadeRcnn(
    int classes,
    Rpn proposals,
    RoiExtractor regions,
    BoxHead boxes,
    List<List<Double>> laterStds,
    RcnnInference test)
    implements PyramidHead<Boxes> {

  /**
   * @throws IllegalArgumentException if there are no classes, or {@code laterStds} are not four a
   *     stage
   */
  public CascadeRcnn {
    Require.positive("classes", classes);
    laterStds = Cascade.checked(laterStds);
  }

  /** As mmdet publishes it for the COCO data set. */
  public static CascadeRcnn defaults() {
    FasterRcnn one = FasterRcnn.defaults();
    return new CascadeRcnn(
        one.classes(),
        one.proposals(),
        one.regions(),
        one.boxes().agnostic(),
        Cascade.publishedStds(),
        one.test());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    return cascade().predict(root, features, images, Optional.empty());
  }

  Cascade cascade() {
    return Cascade.of(new TwoStages(classes, proposals, regions, boxes, test), laterStds);
  }

  @Override
  public Class<Boxes> predictions() {
    return Boxes.class;
  }

  @Override
  public Optional<Suppression> suppression() {
    return Optional.of(test.suppression());
  }
}
