package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/** What fuses two maps, and what goes with it between them. */
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
   * Two partial layers, each before a 3x3 convolution, and all that they give side by side (D-FINE:
   * GELAN, Wang et al. 2024). Its own convolutions have the activation SiLU.
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

  /** Two layers that are partial by a split, and all that they give side by side (DEIMv2). */
  ELAN5 {
    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      return elan5(layers, s, x, out, inner(out, expansion), false);
    }
  },

  /** The same, a 3x3 convolution at the end of each layer (DEIMv2 with HGNetV2). */
  ELAN5_CONV {
    @Override
    Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion) {
      return elan5(layers, s, x, out, inner(out, expansion), true);
    }
  };

  /** A map of the coarser level before it is fused: a 1x1 convolution. */
  Tensor lateral(FusionLayers layers, Scope s, Tensor x) {
    return layers.norm().apply(s, x, Conv2d.of(x.dim(1), 1));
  }

  /** A map at half the resolution: a 1x1 convolution, and one that keeps channels apart. */
  Tensor downsample(FusionLayers layers, Scope s, Tensor x) {
    return s.run(
        () -> {
          int width = x.dim(1);
          Tensor mixed = layers.norm().apply(s.at("conv1"), x, Conv2d.of(width, 1));
          Conv2d halving = Conv2d.depthwise(width, 3).stride(2);
          return layers.norm().apply(s.at("conv2"), mixed, halving);
        });
  }

  /** Two maps joined, as one of {@code out} channels. */
  abstract Tensor fuse(FusionLayers layers, Scope s, Tensor x, int out, double expansion);

  /** As the authors round it: one half of the width, times the expansion. */
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
