package dev.dovetail.heads.maskrcnn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.RegionPredictions;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import dev.dovetail.heads.boxes.PadToBatch;
import java.util.Optional;

/**
 * Mask R-CNN (He et al. 2017), from a feature pyramid to boxes, scores, labels and masks, as in
 * mmdet 2.22 or, with {@link #torchvision}'s options, in torchvision. The pyramid has the levels
 * that {@link RoiExtractor} uses and usually a coarser one for proposals only.
 *
 * <p>Taps are those of {@link Rpn#propose} and, in {@code roi_head}, {@code roi_levels}, {@code
 * roi_feats}, {@code bbox_head.cls_score}, {@code bbox_head.bbox_pred}, {@code mask_roi_levels},
 * {@code mask_roi_feats} and {@code mask_head} (mask probabilities [n, 28, 28]).
 *
 * @param classes number of classes without the background
 * @param test thresholds and limits; the section {@code test} of a config
 * @param trainProposals limits of the proposals that training samples from
 */
public record MaskRcnn(
    int classes,
    Rpn proposals,
    RoiExtractor regions,
    BoxHead boxes,
    MaskHead masks,
    RcnnInference test,
    ProposalLimits trainProposals)
    implements PyramidHead<Boxes> {

  public MaskRcnn {
    Require.positive("classes", classes);
  }

  /** Returns the head as published for COCO, for feature pyramids with 256 channels. */
  public static MaskRcnn defaults() {
    return new MaskRcnn(
        80,
        Rpn.defaults(),
        RoiExtractor.defaults(),
        BoxHead.defaults(),
        MaskHead.defaults(),
        RcnnInference.defaults(),
        ProposalLimits.ofTraining());
  }

  /** Returns the head as published by torchvision for COCO ({@code maskrcnn_resnet50_fpn}). */
  public static MaskRcnn torchvision() {
    FasterRcnn boxes = FasterRcnn.torchvision();
    return new MaskRcnn(
        boxes.classes(),
        boxes.proposals(),
        boxes.regions(),
        boxes.boxes(),
        MaskHead.defaults(),
        boxes.test(),
        boxes.test().proposals());
  }

  /**
   * {@inheritDoc}
   *
   * <p>In training, the predictions include {@link Boxes#training} for the regions that a step has
   * sampled from the proposals. These are the inputs {@code regions}, {@code region_images}, {@code
   * mask_regions} and {@code mask_region_images}.
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    TwoStages stages = stages();
    Tensor limits = root.float32(() -> BoxCoder.limits(root, images.shape()));
    ProposalLimits most = root.training() ? trainProposals : test.proposals();
    Rpn.Prediction rpn = stages.propose(root, features, images, limits, most);
    Scope roi = root.at("roi_head");
    Boxes boxes =
        roi.run(() -> detect(roi, stages, features, rpn.proposals(), limits, images.scaleFactor()));
    return root.training() ? boxes.with(roi.run(() -> sampled(roi, stages, features, rpn))) : boxes;
  }

  @Override
  public Class<Boxes> predictions() {
    return Boxes.class;
  }

  @Override
  public Optional<Suppression> suppression() {
    return Optional.of(test.suppression());
  }

  private Boxes detect(
      Scope s,
      TwoStages stages,
      FeaturePyramid features,
      Proposals proposed,
      Tensor limits,
      Tensor scaleFactor) {
    ObjectList objects = stages.objects(s, features, proposed, limits, scaleFactor);
    Proposals resized =
        s.float32(() -> new Proposals(objects.regions(scaleFactor), objects.image()));
    Tensor maskProbs = draw(s, stages, features, resized, objects.labels());
    return s.float32(
        () -> PadToBatch.of(s, objects.image(), limits.dim(0)).boxes(objects, maskProbs));
  }

  private Tensor draw(
      Scope s, TwoStages stages, FeaturePyramid features, Proposals resized, Tensor labels) {
    Tensor pooled = stages.pool(s, "mask_roi", features, resized, masks.size());
    return s.finite(
        "mask_head",
        masks.probabilities(s.at("mask_head"), pooled, labels, classes, boxes.background()));
  }

  @Override
  public Optional<PyramidMaskDrawer> maskDrawer() {
    return Optional.of(
        (root, features, images, objects) -> {
          Scope roi = root.at("roi_head");
          Proposals known = new Proposals(objects.boxes(), objects.image());
          return roi.run(() -> draw(roi, stages(), features, known, objects.labels()));
        });
  }

  private TwoStages stages() {
    return new TwoStages(classes, proposals, regions, boxes, test);
  }

  /** Returns the predictions for the loss: those of all anchors and of the sampled regions. */
  private RegionPredictions sampled(
      Scope s, TwoStages stages, FeaturePyramid features, Rpn.Prediction rpn) {
    BoxHead.Prediction prediction = stages.predict(s, features, given(s, "region"));
    Tensor maskPooled = stages.pool(s, "mask_roi", features, given(s, "mask_region"), masks.size());
    return new RegionPredictions(
        new RegionPredictions.Anchors(
            Tensor.concat(0, rpn.levels().stream().map(Rpn.Level::anchors).toList()),
            Tensor.concat(1, rpn.levels().stream().map(Rpn.Level::logits).toList()),
            Tensor.concat(1, rpn.levels().stream().map(Rpn.Level::deltas).toList())),
        rpn.proposals().boxes(),
        rpn.proposals().image(),
        prediction.logits(),
        prediction.deltas(),
        masks.logits(s.at("mask_head"), maskPooled, classes, boxes.background()));
  }

  private static Proposals given(Scope s, String name) {
    return new Proposals(
        s.trace().input(name + "s", DType.FLOAT32, Shape.UNKNOWN, 4),
        s.trace().input(name + "_images", DType.INT64, Shape.UNKNOWN));
  }
}
