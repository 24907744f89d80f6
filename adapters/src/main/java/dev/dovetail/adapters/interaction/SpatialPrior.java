package dev.dovetail.adapters.interaction;

import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;

/**
 * The convolutional branch of ViT-CoMer and ViT-Adapter (Chen et al. 2023, section 3.3; {@code
 * spm}): a ResNet-like stem and three strided convolutions, whose outputs are projected to the
 * transformer's width.
 *
 * @param channels channels of the stem
 * @param width channels of the results
 */
public record SpatialPrior(int channels, int width) {

  /**
   * @throws IllegalArgumentException if a value is not positive
   */
  public SpatialPrior {
    if (channels < 1 || width < 1) {
      throw new IllegalArgumentException("the channels of a convolutional branch must be positive");
    }
  }

  /**
   * Computes maps [batch, width, height, width] at strides 4, 8, 16 and 32.
   *
   * @param s the scope of its parameters
   * @param image [batch, 3, height, width]
   * @return the maps, finest first
   */
  public List<Tensor> apply(Scope s, Tensor image) {
    return s.run(() -> maps(s, image));
  }

  private List<Tensor> maps(Scope s, Tensor image) {
    Scope stem = s.at("stem");
    Tensor y = convolution(stem.at(0), stem.at(1), image, channels, 2);
    y = convolution(stem.at(3), stem.at(4), y, channels, 1);
    y = convolution(stem.at(6), stem.at(7), y, channels, 1);
    y = y.apply(new Convolution.MaxPool(3, 2, 1));
    List<Tensor> maps = new ArrayList<>();
    maps.add(s.tap("c1", project(s.at("fc1"), y)));
    int[] out = {2 * channels, 4 * channels, 4 * channels};
    for (int level = 2; level <= 4; level++) {
      Scope conv = s.at("conv" + level);
      y = convolution(conv.at(0), conv.at(1), y, out[level - 2], 2);
      Tensor map = project(s.at("fc" + level), y);
      s.tap("c" + level, map.flatten(2, 3).permute(0, 2, 1));
      maps.add(map);
    }
    return maps;
  }

  private static Tensor convolution(Scope conv, Scope norm, Tensor x, int out, int stride) {
    return batchNorm(norm, Conv2d.of(out, 3).stride(stride).withoutBias().apply(conv, x)).relu();
  }

  private Tensor project(Scope s, Tensor map) {
    return Conv2d.of(width, 1).apply(s, map);
  }
}
