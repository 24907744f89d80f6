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
 * The cells of a map as keys of dense attention (Carion et al. 2020).
 *
 * @param tokens [batch, cells, width]
 * @param position position embedding of each cell: [batch or 1, cells, width]
 * @param bias attention bias that masks padding, [batch, 1, 1, cells]; empty if images have no
 *     padding
 */
public record CellMemory(Tensor tokens, Tensor position, Optional<Tensor> bias) {

  /**
   * Projects the cells of the coarsest map to a width with {@code input_projection}. Learned
   * positions are in {@code position_embedding}.
   *
   * @param root the root scope of the model
   * @param width width of the tokens
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
   * Projects the cells of the coarsest map, with sines and cosines of specified wavelengths as
   * positions.
   *
   * @param root the root scope of the model
   * @param position the position embedding, with the width of the tokens
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
   * {@return a copy with other tokens}
   *
   * @param others [batch, cells, width]
   */
  public CellMemory with(Tensor others) {
    return new CellMemory(others, position, bias);
  }
}
