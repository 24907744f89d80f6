package dev.dovetail.heads.maskrcnn;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.PyramidHead;
import java.util.Optional;

/**
 * Cascade Mask R-CNN (Cai and Vasconcelos 2018) as in mmdet 2.22, from a feature pyramid to boxes,
 * scores, labels and masks. Each box head refines the boxes of the previous one, and the
 * probabilities of as many mask heads are averaged.
 *
 * <p>Taps are those of {@link Rpn#propose} and, in {@code roi_head} for each stage from 0, {@code
 * roi0_levels}, {@code roi0_feats}, {@code bbox_head.0.cls_score}, {@code bbox_head.0.bbox_pred},
 * {@code mask_head.probabilities0}; {@code regions1}, … (the input boxes of later stages), {@code
 * mask_roi_levels}, {@code mask_roi_feats} and {@code mask_head} (mask probabilities [n, 28, 28]).
 *
 * @param detector the proposals and the box heads
 * @param masks the mask heads
 */
public record CascadeMaskRcnn(@JsonUnwrapped CascadeRcnn detector, MaskHead masks)
    implements PyramidHead<Boxes> {

  /** Returns the head as published by mmdet for COCO. */
  public static CascadeMaskRcnn defaults() {
    return new CascadeMaskRcnn(CascadeRcnn.defaults(), MaskHead.defaults());
  }

  @Override
  public int classes() {
    return detector.classes();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    return detector.cascade().predict(root, features, images, Optional.of(masks));
  }

  @Override
  public Class<Boxes> predictions() {
    return Boxes.class;
  }

  @Override
  public Optional<Suppression> suppression() {
    return detector.suppression();
  }

  @Override
  public Optional<PyramidMaskDrawer> maskDrawer() {
    return Optional.of(
        (root, features, images, objects) ->
            detector.cascade().draw(root, features, masks, objects));
  }
}
