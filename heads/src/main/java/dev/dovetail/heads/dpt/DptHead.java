package dev.dovetail.heads.dpt;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.Optional;

/**
 * The segmentation head of DPT (Ranftl et al. 2021, supplement): a convolution, a pixel classifier
 * on one map, and twofold upsampling. Parameters have transformers' names.
 *
 * @param level index of the map that is read; 0 is the finest
 * @param dropout dropout probability before the classifier in training
 * @param auxiliary whether training has an auxiliary head, which reads the finest map
 */
public record DptHead(int classes, int level, double dropout, boolean auxiliary)
    implements PyramidHead<PixelLogits> {

  /** Dropout probability of the auxiliary head. */
  private static final double DROPOUT = 0.1;

  public DptHead {
    Require.positive("classes", classes);
    Require.atLeast("level", level, 0);
    Require.share("dropout", (float) dropout);
  }

  /** Returns the head as published for ADE20K. */
  public static DptHead defaults() {
    return new DptHead(150, 0, DROPOUT, true);
  }

  @Override
  public PixelLogits predict(Scope root, FeaturePyramid features, ImageBatch images) {
    int levels = features.levels().size();
    if (level >= levels) {
      throw new IllegalArgumentException(
          "level is " + level + ", but the last level of the pyramid is " + (levels - 1));
    }
    Tensor scores = classified(root.at("head.head"), features.map(level), dropout);
    Tensor logits =
        root.run(
            () -> Resampling.bilinearAlignedCorners(scores, 2 * scores.dim(2), 2 * scores.dim(3)));
    if (auxiliary && root.training()) {
      Tensor second = classified(root.at("auxiliary_head.head"), features.map(0), DROPOUT);
      return new PixelLogits(logits, Optional.of(second));
    }
    root.ignoreKeys("auxiliary_head.*", "a head that is used in training only");
    return new PixelLogits(logits);
  }

  /** Scope numbers are the indices of the layers in the reference's {@code Sequential}. */
  private Tensor classified(Scope s, Tensor map, double rate) {
    return s.run(
        () -> {
          Tensor y = Conv2d.of(map.dim(1), 3).withoutBias().apply(s.at(0), map);
          Tensor kept = s.dropElements(Norms.batchNorm(s.at(1), y).relu(), rate);
          return Conv2d.of(classes, 1).apply(s.at(4), kept);
        });
  }

  @Override
  public Class<PixelLogits> predictions() {
    return PixelLogits.class;
  }
}
