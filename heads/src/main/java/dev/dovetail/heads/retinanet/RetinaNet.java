package dev.dovetail.heads.retinanet;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.DenseInference;
import dev.dovetail.heads.boxes.DensePredictions;
import dev.dovetail.heads.boxes.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * RetinaNet (Lin et al. 2017) as in torchvision, from a feature pyramid to boxes, scores and
 * labels. Two stacks of convolutions, which all levels share, predict a score of each class and a
 * box refinement for every anchor. Parameters have torchvision's names.
 *
 * <p>Taps are {@code head.cls_logits} [batch, anchors, classes] and {@code head.bbox_regression}
 * [batch, anchors, 4].
 *
 * @param classes outputs for every anchor; in torchvision's models, class 0 is the background and
 *     is never learned
 * @param convs number of convolutions in each stack
 * @param norm norm after each of them
 * @param test thresholds and limits; the section {@code test} of a config
 */
public record RetinaNet(
    int classes, AnchorGenerator anchors, int convs, MapNorm norm, DenseInference test)
    implements PyramidHead<Boxes> {

  private static final BoxCoder CODER = BoxCoder.withStds(1, 1, 1, 1).shrinkingFreely();

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public RetinaNet {
    Require.positive("classes", classes);
    Require.positive("convs", convs);
  }

  /** Returns the head as published by torchvision for COCO ({@code retinanet_resnet50_fpn}). */
  public static RetinaNet defaults() {
    return new RetinaNet(
        91,
        AnchorGenerator.ofSizes(
            Stream.of(32, 64, 128, 256, 512).map(RetinaNet::thirds).toList(),
            List.of(0.5f, 1f, 2f)),
        4,
        MapNorm.NONE,
        new DenseInference(0.05f, 0.5f, 300, 1000));
  }

  /** Returns three side lengths in whole pixels, each larger by a factor of the cube root of 2. */
  private static List<Float> thirds(int side) {
    return Stream.of(0, 1, 2).map(i -> (float) Math.floor(side * Math.pow(2, i / 3.0))).toList();
  }

  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Scope s = root.at("head");
    return s.run(
        () -> {
          List<Tensor> logits = new ArrayList<>();
          List<Tensor> deltas = new ArrayList<>();
          List<DensePredictions.Level> levels = new ArrayList<>();
          for (int i = 0; i < features.levels().size(); i++) {
            Tensor boxes = s.constant(anchors.of(features, i, images.pixels()));
            Tensor map = features.map(i);
            logits.add(DensePredictions.perAnchor(logits(s, map), classes));
            deltas.add(DensePredictions.perAnchor(deltas(s, map), 4));
            levels.add(
                new DensePredictions.Level(
                    boxes, s.float32(logits.get(i)::sigmoid), deltas.get(i)));
          }
          s.finite("cls_logits", Tensor.concat(1, logits));
          s.finite("bbox_regression", Tensor.concat(1, deltas));
          return new DensePredictions(levels).objects(s, images, CODER::decode, test);
        });
  }

  private Tensor logits(Scope s, Tensor map) {
    Scope head = s.at("classification_head");
    return head.run(
        () ->
            Predictor.scores(head.at("cls_logits"), stack(head, map), anchors.perCell() * classes));
  }

  private Tensor deltas(Scope s, Tensor map) {
    Scope head = s.at("regression_head");
    return head.run(
        () -> Predictor.values(head.at("bbox_reg"), stack(head, map), anchors.perCell() * 4));
  }

  private Tensor stack(Scope s, Tensor map) {
    Conv2d any = Conv2d.of(map.dim(1), 3).init(new Init.Normal(0.01f));
    Conv2d conv = norm == MapNorm.NONE ? any : any.withoutBias();
    return s.at("conv")
        .fold(0, convs, map, (c, x, i) -> norm.apply(c.at(1), conv.apply(c.at(0), x)).relu());
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
