package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import dev.dovetail.heads.boxes.PadToBatch;
import java.util.List;
import java.util.Optional;

/**
 * Faster R-CNN (Ren et al. 2015), from a feature pyramid to boxes, scores and labels. It is {@link
 * MaskRcnn} without masks and has the same taps.
 *
 * @param classes number of classes without the background
 * @param test thresholds and limits; the section {@code test} of a config
 */
public record FasterRcnn(
    int classes, Rpn proposals, RoiExtractor regions, BoxHead boxes, RcnnInference test)
    implements PyramidHead<Boxes> {

  /**
   * @throws IllegalArgumentException if there are no classes
   */
  public FasterRcnn {
    Require.positive("classes", classes);
  }

  /** Returns the head as published by mmdet for COCO. */
  public static FasterRcnn defaults() {
    MaskRcnn masks = MaskRcnn.defaults();
    return new FasterRcnn(
        masks.classes(), masks.proposals(), masks.regions(), masks.boxes(), masks.test());
  }

  /** Returns the head as published by torchvision for COCO ({@code fasterrcnn_resnet50_fpn}). */
  public static FasterRcnn torchvision() {
    List<List<Float>> sizes =
        List.of(List.of(32f), List.of(64f), List.of(128f), List.of(256f), List.of(512f));
    return new FasterRcnn(
        90,
        new Rpn(
            AnchorGenerator.ofSizes(sizes, List.of(0.5f, 1f, 2f)),
            256,
            1,
            BoxCoder.withStds(1, 1, 1, 1).shrinkingFreely(),
            Rpn.Ranking.LOGITS),
        new RoiExtractor(4, 56, false, 2),
        new BoxHead(
            7,
            1024,
            2,
            BoxHead.Convs.none(),
            BoxCoder.withStds(0.1, 0.1, 0.2, 0.2).shrinkingFreely(),
            false,
            BoxHead.Background.FIRST),
        new RcnnInference(
            0.05f,
            0.5f,
            100,
            0.01f,
            RcnnInference.Pixels.INPUT,
            new ProposalLimits(1000, 1000, 0.7f, 0.001f, 0)));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the maps have different widths
   */
  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    TwoStages stages = new TwoStages(classes, proposals, regions, boxes, test);
    Tensor limits = root.float32(() -> BoxCoder.limits(root, images.shape()));
    Proposals proposed =
        stages.propose(root, features, images, limits, test.proposals()).proposals();
    Scope roi = root.at("roi_head");
    ObjectList objects =
        roi.run(() -> stages.objects(roi, features, proposed, limits, images.scaleFactor()));
    return roi.float32(() -> PadToBatch.of(roi, objects.image(), limits.dim(0)).boxes(objects));
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
