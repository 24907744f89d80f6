package dev.dovetail.heads.fcos;

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
import dev.dovetail.heads.boxes.DenseInference;
import dev.dovetail.heads.boxes.DensePredictions;
import dev.dovetail.heads.boxes.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * FCOS (Tian et al. 2019) as in torchvision, from a feature pyramid to boxes, scores and labels. It
 * predicts a score of each class, the distances to the four sides of the object, and the centerness
 * for every cell. Parameters have torchvision's names.
 *
 * <p>Taps are {@code head.cls_logits} [batch, cells, classes], {@code head.bbox_regression} [batch,
 * cells, 4] and {@code head.bbox_ctrness} [batch, cells, 1].
 *
 * @param classes outputs for every cell; in torchvision's models, class 0 is the background and is
 *     never learned
 * @param anchors one square for each cell, whose side is the unit of distances
 * @param convs number of convolutions in each of the two stacks, with norms over 32 groups of
 *     channels
 * @param test thresholds and limits; the section {@code test} of a config
 */
public record Fcos(int classes, AnchorGenerator anchors, int convs, DenseInference test)
    implements PyramidHead<Boxes> {

  private static final Init INIT = new Init.Normal(0.01f);

  /**
   * @throws IllegalArgumentException if a number is not positive or a cell has several anchors
   */
  public Fcos {
    Require.positive("classes", classes);
    Require.positive("convs", convs);
    if (anchors.perCell() != 1) {
      throw new IllegalArgumentException(
          "anchors has " + anchors.perCell() + " anchors per cell, but FCOS needs one");
    }
  }

  /** Returns the head as published by torchvision for COCO ({@code fcos_resnet50_fpn}). */
  public static Fcos defaults() {
    return new Fcos(
        91,
        AnchorGenerator.ofSizes(
            List.of(List.of(8f), List.of(16f), List.of(32f), List.of(64f), List.of(128f)),
            List.of(1f)),
        4,
        new DenseInference(0.2f, 0.6f, 100, 1000));
  }

  @Override
  public Boxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Scope s = root.at("head");
    return s.run(
        () -> {
          List<Tensor> logits = new ArrayList<>();
          List<Tensor> deltas = new ArrayList<>();
          List<Tensor> centreness = new ArrayList<>();
          List<DensePredictions.Level> levels = new ArrayList<>();
          for (int i = 0; i < features.levels().size(); i++) {
            Tensor map = features.map(i);
            Tensor cls = logits(s.at("classification_head"), map);
            Scope regression = s.at("regression_head");
            Tensor x = regression.run(() -> stack(regression, map));
            Tensor reg = Predictor.values(regression.at("bbox_reg"), x, 4).relu();
            Tensor ctr = Predictor.values(regression.at("bbox_ctrness"), x, 1);
            Tensor boxes = s.constant(anchors.of(features, i, images.pixels()));
            levels.add(level(s, boxes, cls, reg, ctr));
            logits.add(DensePredictions.perAnchor(cls, classes));
            deltas.add(levels.get(i).deltas());
            centreness.add(DensePredictions.perAnchor(ctr, 1));
          }
          s.finite("cls_logits", Tensor.concat(1, logits));
          s.finite("bbox_regression", Tensor.concat(1, deltas));
          s.finite("bbox_ctrness", Tensor.concat(1, centreness));
          return new DensePredictions(levels).objects(s, images, Fcos::decode, test);
        });
  }

  private DensePredictions.Level level(
      Scope s, Tensor boxes, Tensor cls, Tensor reg, Tensor centreness) {
    Tensor scores =
        s.float32(
            () ->
                DensePredictions.perAnchor(cls, classes)
                    .sigmoid()
                    .times(DensePredictions.perAnchor(centreness, 1).sigmoid())
                    .sqrt());
    return new DensePredictions.Level(boxes, scores, DensePredictions.perAnchor(reg, 4));
  }

  private Tensor logits(Scope s, Tensor map) {
    return s.run(() -> Predictor.scores(s.at("cls_logits"), stack(s, map), classes));
  }

  /** Convolution, norm and ReLU have separate indices. */
  private Tensor stack(Scope s, Tensor map) {
    Tensor x = map;
    Scope layers = s.at("conv");
    Conv2d conv = Conv2d.of(map.dim(1), 3).init(INIT);
    for (int i = 0; i < convs; i++) {
      x = conv.apply(layers.at(3 * i), x);
      x = MapNorm.GN.apply(layers.at(3 * i + 1), x).relu();
    }
    return x;
  }

  /**
   * Decodes the distances to the left, top, right and bottom in units of the anchor's side (Tian et
   * al. 2019).
   */
  private static Tensor decode(Tensor anchors, Tensor distances) {
    Tensor from = anchors.slice(-1, 0, 2);
    Tensor to = anchors.slice(-1, 2, 4);
    Tensor centre = from.plus(to).times(0.5);
    Tensor size = to.minus(from);
    return Tensor.concat(
        -1,
        centre.minus(distances.slice(-1, 0, 2).times(size)),
        centre.plus(distances.slice(-1, 2, 4).times(size)));
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
