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
 * Cascade R-CNN (Cai and Vasconcelos 2018), from a feature pyramid to boxes, scores and labels. It
 * is {@link CascadeMaskRcnn} without masks and has the same taps.
 *
 * @param classes number of classes without the background
 * @param boxes the options of the box heads; the coder is that of the first one
 * @param laterStds factors of the deltas of each box head after the first, for x, y, width, height
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
   * @throws IllegalArgumentException if there are no classes, or a stage does not have four {@code
   *     laterStds}
   */
  public CascadeRcnn {
    Require.positive("classes", classes);
    laterStds = Cascade.checked(laterStds);
  }

  /** Returns the head as published by mmdet for COCO. */
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
