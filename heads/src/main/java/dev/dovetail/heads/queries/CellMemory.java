package dev.dovetail.heads.queries;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.PaddingMask;
import dev.dovetail.graph.nn.SinePosition;
import java.util.Optional;

/**
 * The cells of one map, to which attention is dense (Carion et al. 2020).
 *
 * @param tokens [batch, cells, width]
 * @param position where each cell is: [batch or 1, cells, width]
 * @param bias what keeps attention off padding, [batch, 1, 1, cells]; empty where images fill their
 *     size
 */
public record CellMemory(Tensor tokens, Tensor position, Optional<Tensor> bias) {

  /**
   * The cells of the coarsest map, projected to a width: {@code input_projection} and, where
   * positions are learned, {@code position_embedding}.
   *
   * @param root the root of the model's scopes
   * @param width of the tokens
   */
  public static CellMemory of(
      Scope root,
      FeaturePyramid features,
      ImageBatch images,
      int width,
      PositionEmbedding position) {
    return of(root, features, images, new SinePosition(width), position);
  }

  /**
   * The same with sines and cosines of given wavelengths.
   *
   * @param root the root of the model's scopes
   * @param position as wide as the tokens
   */
  public static CellMemory of(
      Scope root, FeaturePyramid features, ImageBatch images, SinePosition position) {
    return of(root, features, images, position, PositionEmbedding.SINE);
  }

  private static CellMemory of(
      Scope root,
      FeaturePyramid features,
      ImageBatch images,
      SinePosition sines,
      PositionEmbedding position) {
    Tensor map = features.coarsest(1).map(0);
    Conv2d project = Conv2d.of(sines.channels(), 1).init(new Init.FanIn(map.dim(1)));
    Tensor projected = project.apply(root.at("input_projection"), map);
    Optional<PaddingMask> mask = images.padding(root, map.dim(2), map.dim(3));
    return new CellMemory(
        projected.flatten(2, 3).permute(0, 2, 1),
        position.tokens(root.at("position_embedding"), sines, Extent.of(map), mask),
        mask.map(m -> PaddingMask.bias(root, m.cells())));
  }

  /**
   * {@return other tokens at the same places}
   *
   * @param others [batch, cells, width]
   */
  public CellMemory with(Tensor others) {
    return new CellMemory(others, position, bias);
  }
}
