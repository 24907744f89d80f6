package dev.dovetail.heads.maskrcnn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.RegionPredictions;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.List;
import java.util.Optional;

/**
 * Mask R-CNN (He et al. 2017) from a feature pyramid to boxes, scores, labels and masks, as mmdet
 * 2.22 computes it. The pyramid has one level for each that {@link RoiExtractor} uses, and mostly
 * one coarser level that only proposals come from.
 *
 * <p>Taps what {@link Rpn#propose} does, and in {@code roi_head} {@code roi_levels}, {@code
 * roi_feats}, {@code bbox_head.cls_score}, {@code bbox_head.bbox_pred}, {@code mask_roi_levels},
 * {@code mask_roi_feats} and {@code mask_head} (mask probabilities [n, 28, 28]).
 *
 * @param classes background not counted
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

  /** As published for the COCO data set, over feature pyramids of 256 channels. */
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

  /**
   * {@inheritDoc}
   *
   * <p>In training the predictions hold {@link Boxes#training} too, about regions that a step gives
   * as the inputs {@code regions}, {@code region_images}, {@code mask_regions} and {@code
   * mask_region_images}: those that it has sampled from the proposals.
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    List<Integer> widths = features.maps().stream().map(m -> m.dim(1)).toList();
    if (widths.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "Mask R-CNN needs maps of one width, and these have "
              + widths
              + " channels; put a neck such as 'fpn' in front of it");
    }
    Tensor limits = root.float32(() -> limits(root, images.shape()));
    ProposalLimits most = root.training() ? trainProposals : test.proposals();
    Rpn.Prediction rpn = proposals.propose(root.at("rpn_head"), features, limits, most);
    Scope roi = root.at("roi_head");
    Boxes boxes =
        roi.run(() -> detect(roi, features, rpn.proposals(), limits, images.scaleFactor()));
    return root.training() ? boxes.with(roi.run(() -> sampled(roi, features, rpn))) : boxes;
  }

  @Override
  public Class<Boxes> predictions() {
    return Boxes.class;
  }

  private Boxes detect(
      Scope s, FeaturePyramid features, Proposals proposed, Tensor limits, Tensor scaleFactor) {
    Tensor pooled = pool(s, "roi", features, proposed, boxes.size());
    BoxHead.Prediction prediction = boxes.predict(s.at("bbox_head"), pooled, classes);
    BoxHead.Objects objects =
        boxes.decode(s.at("bbox_head"), prediction, proposed, limits, scaleFactor, test);

    Proposals resized = s.float32(() -> objects.resized(scaleFactor));
    Tensor maskPooled = pool(s, "mask_roi", features, resized, masks.size());
    Tensor maskProbs =
        s.finite(
            "mask_head",
            masks.probabilities(s.at("mask_head"), maskPooled, objects.labels(), classes));

    return s.float32(
        () -> {
          PadToBatch perImage = PadToBatch.of(s, objects.image(), limits.dim(0));
          return new Boxes(
              perImage.pad(objects.boxes(), 0),
              perImage.pad(objects.scores(), 0),
              perImage.pad(objects.labels(), -1),
              perImage.count(),
              Optional.of(perImage.pad(maskProbs, 0)));
        });
  }

  /** What training compares with its targets: all anchors, and the regions that it samples. */
  private RegionPredictions sampled(Scope s, FeaturePyramid features, Rpn.Prediction rpn) {
    Proposals regions = given(s, "region");
    Tensor pooled = pool(s, "roi", features, regions, boxes.size());
    BoxHead.Prediction prediction = boxes.predict(s.at("bbox_head"), pooled, classes);
    Tensor maskPooled = pool(s, "mask_roi", features, given(s, "mask_region"), masks.size());
    return new RegionPredictions(
        new RegionPredictions.Anchors(
            Tensor.concat(0, rpn.levels().stream().map(Rpn.Level::anchors).toList()),
            Tensor.concat(1, rpn.levels().stream().map(Rpn.Level::logits).toList()),
            Tensor.concat(1, rpn.levels().stream().map(Rpn.Level::deltas).toList())),
        rpn.proposals().boxes(),
        rpn.proposals().image(),
        prediction.logits(),
        prediction.deltas(),
        masks.logits(s.at("mask_head"), maskPooled, classes));
  }

  private static Proposals given(Scope s, String name) {
    return new Proposals(
        s.trace().input(name + "s", DType.FLOAT32, Shape.UNKNOWN, 4),
        s.trace().input(name + "_images", DType.INT64, Shape.UNKNOWN));
  }

  private Tensor pool(Scope s, String name, FeaturePyramid features, Proposals of, int size) {
    Tensor level = s.tap(name + "_levels", s.float32(() -> regions.level(of.boxes())));
    return s.tap(name + "_feats", regions.extract(s, features, of, level, size));
  }

  /** Heights and widths int64 [batch, 2] as float32 [batch, 4]: width, height, width, height. */
  private static Tensor limits(Scope s, Tensor shape) {
    return shape.cast(DType.FLOAT32).gather(1, s.constant(1L, 0L, 1L, 0L));
  }
}
