package dev.dovetail.heads.segformer;

import static dev.dovetail.graph.nn.Resampling.bilinear;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
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

/**
 * The all-MLP decoder of SegFormer (Xie et al. 2021, section 3.2): all maps are projected to a
 * common width, resized to the finest one, and fused.
 *
 * @param channels channels of the projections
 * @param flavour the implementation that is followed
 */
public record SegformerHead(int classes, int channels, Flavour flavour)
    implements PyramidHead<PixelLogits> {

  /** The two published forms of the head. */
  public enum Flavour {
    /** NVIDIA's and Hugging Face's: projections only, coarsest map first. */
    NVIDIA,
    /** mmseg's: batch norm and ReLU after every projection, finest map first. */
    MMSEG
  }

  public SegformerHead {
    Require.positive("classes", classes);
    Require.positive("channels", channels);
  }

  /** Returns the head as published with the B0 encoder for ADE20K. */
  public static SegformerHead defaults() {
    return new SegformerHead(150, 256, Flavour.NVIDIA);
  }

  @Override
  public PixelLogits predict(Scope root, FeaturePyramid features, ImageBatch images) {
    return new PixelLogits(logits(root, features));
  }

  /**
   * Computes the scores of each class for every pixel.
   *
   * @return [batch, classes, height / 4, width / 4]
   */
  public Tensor logits(Scope root, FeaturePyramid features) {
    root.ignoreKeys("auxiliary_head.*", "a head that is used in training only");
    Scope s = root.at("decode_head");
    List<Tensor> maps = features.maps();
    return s.run(() -> flavour == Flavour.NVIDIA ? nvidia(s, maps) : mmseg(s, maps));
  }

  @Override
  public Class<PixelLogits> predictions() {
    return PixelLogits.class;
  }

  private Tensor nvidia(Scope s, List<Tensor> maps) {
    s.ignoreKeys("conv_seg.*", "a layer of the base class that SegFormer does not use");
    Tensor finest = maps.get(0);
    List<Tensor> projected = new ArrayList<>();
    for (int i = maps.size() - 1; i >= 0; i--) {
      Tensor y = project(s.at("linear_c" + (i + 1) + ".proj"), maps.get(i));
      projected.add(bilinear(y, finest.dim(2), finest.dim(3)));
    }
    Tensor fused =
        ConvModule.batchNorm(s.at("linear_fuse"), Tensor.concat(1, projected), channels, 1);
    return PixelClassifier.logits(s.at("linear_pred"), fused, classes);
  }

  /** Applies a linear layer [channels, in] to the channels of a map. */
  private Tensor project(Scope s, Tensor map) {
    Init init = new Init.FanIn(map.dim(1));
    return s.run(
        () -> {
          Tensor weight = s.weight("weight", init, channels, map.dim(1));
          return map.apply(
              new Convolution.Conv(1, 0, 1),
              weight.reshape(channels, map.dim(1), 1, 1),
              s.weight("bias", init, channels));
        });
  }

  private Tensor mmseg(Scope s, List<Tensor> maps) {
    Tensor finest = maps.get(0);
    List<Tensor> projected = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      Tensor y = ConvModule.batchNorm(s.at("convs").at(i), maps.get(i), channels, 1);
      projected.add(bilinear(y, finest.dim(2), finest.dim(3)));
    }
    Tensor fused =
        ConvModule.batchNorm(s.at("fusion_conv"), Tensor.concat(1, projected), channels, 1);
    return PixelClassifier.logits(s.at("conv_seg"), fused, classes);
  }
}
