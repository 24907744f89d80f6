package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/** The kinds of fusion blocks, together with the resampling layers between two maps. */
public enum Block {

  /** A cross-stage partial layer of RepVGG blocks (RT-DETR). */
  CSP_REP {
    @Override
    Tensor lateral(FusionLayers layers, Scope s, Tensor x) {
      return layers.activated(s, x, Conv2d.of(x.dim(1), 1));
    }

    @Override
    Tensor downsample(FusionLayers layers, Scope s, Tensor x) {
      return layers.activated(s, x, Conv2d.of(x.dim(1), 3).stride(2));
    }

    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      return layers.partial(s, x, (int) (out * expansion), out);
    }
  },

  /**
   * Two partial layers, each followed by a 3x3 convolution; all outputs are concatenated (D-FINE:
   * GELAN, Wang et al. 2024). Its own convolutions use SiLU.
   */
  ELAN4 {
    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      int inner = inner(out, expansion);
      FusionLayers outer = layers.with(Activation.SILU);
      List<Tensor> halves = outer.activated(s.at("conv1"), x, Conv2d.of(2 * out, 1)).chunk(2, 1);
      Tensor first = layers.partial(s.at("csp_rep1"), halves.get(1), inner, inner);
      first = outer.activated(s.at("conv2"), first, Conv2d.of(inner, 3));
      Tensor second = layers.partial(s.at("csp_rep2"), first, inner, inner);
      second = outer.activated(s.at("conv3"), second, Conv2d.of(inner, 3));
      Tensor all = Tensor.concat(1, halves.get(0), halves.get(1), first, second);
      return outer.activated(s.at("conv4"), all, Conv2d.of(out, 1));
    }
  },

  /** Two layers that split the channels; all outputs are concatenated (DEIMv2). */
  ELAN5 {
    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      return elan5(layers, s, x, out, inner(out, expansion), false);
    }
  },

  /** As {@link #ELAN5}, with a 3x3 convolution at the end of each layer (DEIMv2 with HGNetV2). */
  ELAN5_CONV {
    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      return elan5(layers, s, x, out, inner(out, expansion), true);
    }
  };

  /** Projects a map of the coarser level before the fusion by a 1x1 convolution. */
  Tensor lateral(FusionLayers layers, Scope s, Tensor x) {
    return layers.norm().apply(s, x, Conv2d.of(x.dim(1), 1));
  }

  /** Halves the resolution of a map by a 1x1 convolution and a depthwise one. */
  Tensor downsample(FusionLayers layers, Scope s, Tensor x) {
    return s.run(
        () -> {
          int width = x.dim(1);
          Tensor mixed = layers.norm().apply(s.at("conv1"), x, Conv2d.of(width, 1));
          Conv2d halving = Conv2d.depthwise(width, 3).stride(2);
          return layers.norm().apply(s.at("conv2"), mixed, halving);
        });
  }

  /** Fuses the joined maps to a map of {@code out} channels. */
  abstract Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion);

  /**
   * Computes the hidden width with the authors' rounding: half of the width, multiplied by the
   * expansion.
   */
  private static int inner(int out, double expansion) {
    return (int) Math.floor(expansion * out / 2);
  }

  private static Tensor elan5(
      FusionLayers layers, Scope s, Tensor x, int out, int inner, boolean convolution) {
    List<Tensor> halves = layers.activated(s.at("conv1"), x, Conv2d.of(2 * out, 1)).chunk(2, 1);
    Tensor first = layers.split(s.at("csp_rep1"), halves.get(1), inner, convolution);
    Tensor second = layers.split(s.at("csp_rep2"), first, inner, convolution);
    Tensor all = Tensor.concat(1, halves.get(0), halves.get(1), first, second);
    return layers.activated(s.at("conv2"), all, Conv2d.of(out, 1));
  }
}
