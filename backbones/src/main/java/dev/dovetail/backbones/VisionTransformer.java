package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * The plain vision transformer (Dosovitskiy et al. 2021) as ViT-CoMer and its baseline use it:
 * patches, a position embedding, blocks. No class token, no norm after the last block, no head.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLPs over the width
 * @param qkvBias whether query, key and value have a bias
 * @param layerScale whether the blocks have a layer scale ({@code gamma1}, {@code gamma2})
 * @param windows attention window of each block, 0 for the whole grid; a pattern shorter than the
 *     depth repeats ({@code [14, 14, 0]} is two windowed blocks, one global, and so on)
 * @param pretrainSize extent in pixels of the images of the pretraining, which gives the position
 *     embedding its grid
 * @param patchSize extent of a patch in pixels
 * @param residualBlocks the blocks that end in a convolutional bottleneck
 */
public record VisionTransformer(
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    boolean layerScale,
    List<Integer> windows,
    int pretrainSize,
    int patchSize,
    List<Integer> residualBlocks)
    implements Backbone {

  /**
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VisionTransformer {
    PlainTransformer.requirePlain("VisionTransformer", width, depth, heads, mlpRatio, patchSize);
    windows = List.copyOf(windows);
    PlainTransformer.requireWindows("VisionTransformer", windows, depth);
    residualBlocks = List.copyOf(residualBlocks);
    if (pretrainSize < patchSize) {
      throw new IllegalArgumentException(
          "VisionTransformer: pretrainSize " + pretrainSize + " is below a patch of " + patchSize);
    }
    for (int block : residualBlocks) {
      if (block < 0 || block >= depth) {
        throw new IllegalArgumentException(
            "VisionTransformer: residualBlocks names block "
                + block
                + ", there are 0 to "
                + (depth - 1));
      }
    }
  }

  /** The base size with global attention and the position grid of 224 pixels. */
  public static VisionTransformer defaults() {
    return new VisionTransformer(768, 12, 12, 4, true, true, List.of(0), 224, 16, List.of());
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage(patchSize, width, depth));
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    Features x = PlainTransformer.embed(s, image, width, patchSize);
    Tensor positions =
        new PositionEmbedding(pretrainSize / patchSize, 1).tokens(s, x.height(), x.width(), width);
    return x.with(s.value("embed", x.tokens().plus(positions)));
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    return PlainTransformer.blocks(s, x, from, to, (b, in, i) -> block(i).apply(b, in));
  }

  /** Block {@code index} by itself. */
  public VitBlock block(int index) {
    return new VitBlock(
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        windows.get(index % windows.size()),
        residualBlocks.contains(index));
  }
}
