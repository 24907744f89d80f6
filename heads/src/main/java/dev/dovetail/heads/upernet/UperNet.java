package dev.dovetail.heads.upernet;

import static dev.dovetail.graph.nn.Resampling.adaptiveAveragePool;
import static dev.dovetail.graph.nn.Resampling.bilinear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.heads.PixelClassifier;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * UperNet (Xiao et al. 2018): pyramid pooling of the coarsest map, a feature pyramid, and the
 * fusion of its levels at the finest resolution. This class follows mmseg 0.20's {@code UPerHead}.
 *
 * @param channels channels of the convolutions
 * @param poolScales bins per side of the pooled maps
 * @param auxiliary the auxiliary head for training, which may be absent
 */
public record UperNet(int classes, int channels, List<Integer> poolScales, FcnHead auxiliary)
    implements PyramidHead<PixelLogits> {

  public UperNet {
    Require.positive("classes", classes);
    Require.positive("channels", channels);
    poolScales = List.copyOf(poolScales);
    poolScales.forEach(bins -> Require.positive("poolScales", bins));
  }

  /** Returns the head as published for ADE20K. */
  public static UperNet defaults() {
    return new UperNet(150, 512, List.of(1, 2, 3, 6), FcnHead.defaults());
  }

  /**
   * {@inheritDoc} Taps are {@code decode_head.bottleneck} (pyramid pooling) and {@code
   * decode_head.fpn_bottleneck} (fusion of all levels).
   */
  @Override
  public PixelLogits predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Tensor logits = decode(root.at("decode_head"), features.maps());
    if (!auxiliary.there()) {
      return new PixelLogits(logits);
    }
    if (root.training()) {
      return new PixelLogits(logits, Optional.of(auxiliaryLogits(root, features)));
    }
    root.ignoreKeys("auxiliary_head.*", "a head that is used in training only");
    return new PixelLogits(logits);
  }

  private Tensor auxiliaryLogits(Scope root, FeaturePyramid features) {
    if (auxiliary.level() >= features.levels().size()) {
      throw new IllegalArgumentException(
          "auxiliary.level is "
              + auxiliary.level()
              + ", but the last level of the pyramid is "
              + (features.levels().size() - 1));
    }
    Tensor map = features.map(auxiliary.level());
    return auxiliary.logits(root.at("auxiliary_head"), map, classes);
  }

  @Override
  public Class<PixelLogits> predictions() {
    return PixelLogits.class;
  }

  private Tensor decode(Scope s, List<Tensor> maps) {
    return s.run(
        () -> {
          List<Tensor> outs = new ArrayList<>();
          for (Tensor out : pyramid(s, maps)) {
            outs.add(bilinear(out, maps.get(0).dim(2), maps.get(0).dim(3)));
          }
          Tensor in = Tensor.concat(1, outs);
          Tensor fused = ConvModule.batchNorm(s.at("fpn_bottleneck"), in, channels, 3);
          return PixelClassifier.logits(s.at("conv_seg"), fused, classes);
        });
  }

  /** Computes the feature pyramid, finest first, with pyramid pooling of the coarsest level. */
  private List<Tensor> pyramid(Scope s, List<Tensor> maps) {
    int top = maps.size() - 1;
    Tensor[] merged = new Tensor[top + 1];
    merged[top] = pooledPyramid(s, maps.get(top));
    for (int i = top - 1; i >= 0; i--) {
      Tensor lateral = ConvModule.batchNorm(s.at("lateral_convs").at(i), maps.get(i), channels, 1);
      merged[i] = lateral.plus(bilinear(merged[i + 1], lateral.dim(2), lateral.dim(3)));
    }
    for (int i = 0; i < top; i++) {
      merged[i] = ConvModule.batchNorm(s.at("fpn_convs").at(i), merged[i], channels, 3);
    }
    return List.of(merged);
  }

  /** The pyramid pooling module (Zhao et al. 2017). */
  private Tensor pooledPyramid(Scope s, Tensor x) {
    List<Tensor> parts = new ArrayList<>();
    parts.add(x);
    for (int i = 0; i < poolScales.size(); i++) {
      Tensor pooled = adaptiveAveragePool(x, poolScales.get(i));
      Tensor y = ConvModule.batchNorm(s.at("psp_modules").at(i).at(1), pooled, channels, 1);
      parts.add(bilinear(y, x.dim(2), x.dim(3)));
    }
    return ConvModule.batchNorm(s.at("bottleneck"), Tensor.concat(1, parts), channels, 3);
  }
}
