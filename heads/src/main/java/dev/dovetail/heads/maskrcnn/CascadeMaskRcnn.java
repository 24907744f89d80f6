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
 * Cascade Mask R-CNN (Cai and Vasconcelos 2018) from a feature pyramid to boxes, scores, labels and
 * masks, as mmdet 2.22 computes it: box heads one after another, each about the boxes that the one
 * before it corrected, and as many mask heads, whose probabilities are averaged.
 *
 * <p>Taps what {@link Rpn#propose} does, and in {@code roi_head}, for each stage from 0, {@code
 * roi0_levels}, {@code roi0_feats}, {@code bbox_head.0.cls_score}, {@code bbox_head.0.bbox_pred},
 * {@code mask_head.probabilities0}; {@code regions1}, … (the boxes that a later stage is about),
 * {@code mask_roi_levels}, {@code mask_roi_feats} and {@code mask_head} (mask probabilities [n, 28,
 * 28]).
 *
 * @param classes background not counted
 * @param boxes the box heads; their coder is the first one's
 * @param laterStds for each box head after the first, what its corrections are multiplied with, for
 *     x, y, width, height
 * @param masks the mask heads
 * @param test thresholds and limits; the section {@code test} of a config
 */
public record CascadeMaskRcnn(
    int classes,
    Rpn proposals,
    RoiExtractor regions,
    BoxHead boxes,
    List<List<Double>> laterStds,
    MaskHead masks,
    RcnnInference test)
    implements PyramidHead<Boxes> {

  /**
   * @throws IllegalArgumentException if there are no classes, or {@code laterStds} are not four a
   *     stage
   */
  public CascadeMaskRcnn {
    Require.positive("classes", classes);
    laterStds = Cascade.checked(laterStds);
  }

  /** As mmdet publishes it for the COCO data set. */
  public static CascadeMaskRcnn defaults() {
    CascadeRcnn one = CascadeRcnn.defaults();
    return new CascadeMaskRcnn(
        one.classes(),
        one.proposals(),
        one.regions(),
        one.boxes(),
        one.laterStds(),
        MaskHead.defaults(),
        one.test());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    return cascade().predict(root, features, images, Optional.of(masks));
  }

  private Cascade cascade() {
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

  @Override
  public Optional<PyramidMaskDrawer> maskDrawer() {
    return Optional.of(
        (root, features, images, objects) -> cascade().draw(root, features, masks, objects));
  }
}
