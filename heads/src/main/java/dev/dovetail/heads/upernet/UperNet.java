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
 * UperNet (Xiao et al. 2018): pooling over the whole coarsest map, a feature pyramid, and all of
 * its levels at the finest resolution together. Follows mmseg 0.20's {@code UPerHead}.
 *
 * @param channels width of the convolutions
 * @param poolScales bins per side of the pooled maps
 * @param auxiliary the head that only training uses
 */
public record UperNet(int classes, int channels, List<Integer> poolScales, FcnHead auxiliary)
    implements PyramidHead<PixelLogits> {

  public UperNet {
    Require.positive("classes", classes);
    Require.positive("channels", channels);
    poolScales = List.copyOf(poolScales);
    poolScales.forEach(bins -> Require.positive("poolScales", bins));
  }

  /** As published for the ADE20K data set. */
  public static UperNet defaults() {
    return new UperNet(150, 512, List.of(1, 2, 3, 6), FcnHead.defaults());
  }

  /**
   * Names the values {@code decode_head.bottleneck} (pooled pyramid) and {@code
   * decode_head.fpn_bottleneck} (all levels together).
   */
  @Override
  public PixelLogits predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Tensor logits = root.in("decode_head", d -> decode(d, features.maps()));
    if (root.training()) {
      return new PixelLogits(logits, Optional.of(auxiliaryLogits(root, features)));
    }
    root.ignoreKeys("auxiliary_head.*", "a head that only training uses");
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
    return root.in(
        "auxiliary_head", a -> auxiliary.logits(a, features.map(auxiliary.level()), classes));
  }

  @Override
  public Class<PixelLogits> predictions() {
    return PixelLogits.class;
  }

  private Tensor decode(Scope s, List<Tensor> maps) {
    int top = maps.size() - 1;
    List<Tensor> laterals = new ArrayList<>();
    for (int i = 0; i < top; i++) {
      laterals.add(ConvModule.batchNorm(s.at("lateral_convs").at(i), maps.get(i), channels, 1));
    }
    laterals.add(pooledPyramid(s, maps.get(top)));
    for (int i = top; i > 0; i--) {
      Tensor finer = laterals.get(i - 1);
      laterals.set(i - 1, finer.plus(bilinear(laterals.get(i), finer.dim(2), finer.dim(3))));
    }

    int height = laterals.get(0).dim(2);
    int width = laterals.get(0).dim(3);
    List<Tensor> outs = new ArrayList<>();
    for (int i = 0; i < top; i++) {
      Tensor out = ConvModule.batchNorm(s.at("fpn_convs").at(i), laterals.get(i), channels, 3);
      outs.add(bilinear(out, height, width));
    }
    outs.add(bilinear(laterals.get(top), height, width));
    Tensor fused =
        ConvModule.batchNorm(s.at("fpn_bottleneck"), Tensor.concat(1, outs), channels, 3);
    return PixelClassifier.logits(s.at("conv_seg"), fused, classes);
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
