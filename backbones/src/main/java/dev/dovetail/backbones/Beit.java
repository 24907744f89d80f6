package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * BEiT (Bao et al. 2022) as the Co-DETR branch of ViT-CoMer uses it: windowed attention with
 * relative position bias, no class token.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLPs over the width
 * @param qkvBias whether query and value have a bias
 * @param layerScale whether the blocks have a layer scale ({@code gamma_1}, {@code gamma_2})
 * @param windows attention window of each block, above 0; a pattern shorter than the depth repeats
 * @param pretrainSize extent in pixels of the images of the pretraining, which gives the absolute
 *     position embedding its grid; 0 for a model without one
 * @param patchSize extent of a patch in pixels
 */
public record Beit(
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    boolean layerScale,
    List<Integer> windows,
    int pretrainSize,
    int patchSize)
    implements Backbone {

  /**
   * @throws IllegalArgumentException if the numbers make no model
   */
  public Beit {
    PlainTransformer.requirePlain("Beit", width, depth, heads, mlpRatio, patchSize);
    windows = List.copyOf(windows);
    PlainTransformer.requireWindows("Beit", windows, depth);
    if (windows.contains(0)) {
      throw new IllegalArgumentException(
          "Beit: windows has a 0, but the relative positions need a window in every block");
    }
    if (pretrainSize != 0 && pretrainSize < patchSize) {
      throw new IllegalArgumentException(
          "Beit: pretrainSize " + pretrainSize + " is neither 0 nor a patch of " + patchSize);
    }
  }

  /** The large size of the published Co-DETR model. */
  public static Beit defaults() {
    return new Beit(1024, 24, 16, 4, true, true, List.of(14, 14, 14, 14, 14, 56), 0, 16);
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage(patchSize, width, depth));
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    Features x = PlainTransformer.embed(s, image, width, patchSize);
    Tensor tokens = x.tokens();
    if (pretrainSize > 0) {
      PositionEmbedding positions = new PositionEmbedding(pretrainSize / patchSize, 0);
      tokens = tokens.plus(positions.tokens(s, x.height(), x.width(), width));
    }
    return x.with(s.value("embed", tokens));
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    return PlainTransformer.blocks(s, x, from, to, (b, in, i) -> block(i).apply(b, in));
  }

  /** Block {@code index} by itself. */
  public BeitBlock block(int index) {
    int window = windows.get(index % windows.size());
    return new BeitBlock(
        heads, mlpRatio, qkvBias, layerScale, new RelativePositions(window, window, false));
  }
}
