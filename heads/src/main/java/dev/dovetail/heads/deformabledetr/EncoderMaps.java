package dev.dovetail.heads.deformabledetr;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.PaddingMask;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.PositionEmbedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The maps that the encoder reads: a convolution and a group norm for each ({@code input_proj}),
 * and the positions of their cells.
 *
 * @param width width of all tokens, a multiple of the 32 groups
 * @param levels number of feature maps that are used, the coarsest ones
 * @param extraLevels number of additional maps, each computed from the previous one at half its
 *     resolution
 * @param positions the position embedding of cells
 */
public record EncoderMaps(int width, int levels, int extraLevels, PositionEmbedding positions) {

  private static final int GROUPS = 32;
  private static final Init XAVIER = new Init.XavierUniform();

  public EncoderMaps {
    Require.positive("width", width);
    Require.multiple("width", width, GROUPS, "the groups of a norm");
    Require.positive("levels", levels);
    if (extraLevels < 0) {
      throw new IllegalArgumentException(
          "extraLevels is " + extraLevels + ", expected 0 or a positive number");
    }
  }

  /**
   * The tokens of all maps.
   *
   * @param tokens [batch, cells, width]
   * @param position position embedding of each token, including its level: [batch or 1, cells,
   *     width]
   * @param padding a mask for each map; empty if images have no padding
   */
  record Tokens(TokenPyramid tokens, Tensor position, List<PaddingMask> padding) {

    /**
     * {@return 1 on the images, 0 on padding [batch, cells, 1]; empty if images have no padding}
     */
    Optional<Tensor> inside() {
      return padding.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Tensor.concat(1, padding.stream().map(PaddingMask::cells).toList()).unsqueeze(2));
    }

    /**
     * {@return the fractions of the maps that images cover [batch, 1, levels, 2]; empty if they are
     * 1}
     */
    Optional<Tensor> ratios() {
      return padding.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Tensor.concat(1, padding.stream().map(m -> m.validRatio().unsqueeze(1)).toList())
                  .unsqueeze(1));
    }
  }

  /**
   * Projects the maps.
   *
   * @param root the root scope of the model
   */
  Tokens tokens(Scope root, FeaturePyramid features, ImageBatch images) {
    FeaturePyramid taken = features.coarsest(levels);
    Scope s = root.at("input_proj");
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < levels + extraLevels; i++) {
      Conv2d conv = i < levels ? Conv2d.of(width, 1) : Conv2d.of(width, 3).stride(2);
      Tensor map =
          i < levels ? taken.map(i) : i == levels ? taken.map(levels - 1) : maps.get(i - 1);
      Tensor y = conv.init(XAVIER).apply(s.at(i).at(0), map);
      maps.add(Norms.groupNorm(s.at(i).at(1), y, GROUPS));
    }
    TokenPyramid tokens = TokenPyramid.ofMaps(maps);
    List<PaddingMask> padding = new ArrayList<>();
    for (Extent grid : tokens.grids()) {
      images.padding(root, grid.height(), grid.width()).ifPresent(padding::add);
    }
    return new Tokens(tokens, position(root, tokens.grids(), padding), padding);
  }

  private Tensor position(Scope root, List<Extent> grids, List<PaddingMask> padding) {
    Tensor levels = root.weight("level_embed", new Init.Normal(1), grids.size(), width);
    SinePosition sine = new SinePosition(width, 10000, -0.5);
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      Optional<PaddingMask> mask =
          padding.isEmpty() ? Optional.empty() : Optional.of(padding.get(i));
      Tensor cells = positions.tokens(root.at("position_embedding"), sine, grids.get(i), mask);
      parts.add(cells.plus(levels.slice(0, i, i + 1)));
    }
    return Tensor.concat(1, parts);
  }
}
