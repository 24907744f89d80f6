package dev.dovetail.adapters.interaction;

import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.ArrayList;
import java.util.List;

/** The last step of ViT-Adapter and ViT-CoMer, which combines both branches to four maps. */
public final class BranchSum {

  private BranchSum() {}

  /**
   * Enlarges the level at stride 8 ({@code up}) and adds it to {@code c1}, adds the transformer's
   * features to all maps, and applies a batch norm to each ({@code norm1} to {@code norm4}).
   *
   * @param s the scope of its parameters
   * @param c1 the convolutional branch's map at stride 4
   * @param c its levels at strides 8, 16 and 32
   * @param features four maps of any size, or an empty list
   * @return maps at strides 4, 8, 16 and 32
   */
  public static FeaturePyramid of(Scope s, Tensor c1, TokenPyramid c, List<Tensor> features) {
    List<Tensor> maps = new ArrayList<>(c.maps());
    maps.add(0, c1.plus(upsampled(s.at("up"), maps.get(0), Extent.of(c1))));
    for (int i = 0; i < features.size(); i++) {
      Tensor map = maps.get(i);
      maps.set(i, map.plus(Extent.of(map).resampled(features.get(i))));
    }
    for (int i = 0; i < maps.size(); i++) {
      maps.set(i, batchNorm(s.at("norm" + (i + 1)), maps.get(i)));
    }
    return FeaturePyramid.from(4, maps);
  }

  /**
   * Enlarges a map twofold and removes the last row or column if the finer map has an odd height or
   * width.
   */
  private static Tensor upsampled(Scope s, Tensor map, Extent finer) {
    int width = map.dim(1);
    Init weight = new Init.Normal((float) Math.sqrt(2.0 / (4 * width)));
    return finer.cropped(Conv2d.upsample(s, map, width, 2, weight, Init.zeros()));
  }
}
