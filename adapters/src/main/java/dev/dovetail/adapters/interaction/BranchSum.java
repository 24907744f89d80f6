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

/** The last step of ViT-Adapter and ViT-CoMer: both branches together, as four maps. */
public final class BranchSum {

  private BranchSum() {}

  /**
   * The level at stride 8, enlarged, is added to {@code c1} ({@code up}), the transformer's
   * features to all, and each goes through a batch norm ({@code norm1} to {@code norm4}).
   *
   * @param s where its parameters are
   * @param c1 the convolutional branch's map at stride 4
   * @param c its levels at strides 8, 16 and 32
   * @param features four maps of any size, or none
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

  /** Twice the size; the last row and column go where the finer map has an odd extent. */
  private static Tensor upsampled(Scope s, Tensor map, Extent finer) {
    int width = map.dim(1);
    Init weight = new Init.Normal((float) Math.sqrt(2.0 / (4 * width)));
    return finer.cropped(Conv2d.upsample(s, map, width, 2, weight, Init.zeros()));
  }
}
