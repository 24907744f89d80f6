package dev.dovetail.backbones;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/** What plain transformers have in common: patches to tokens, and which numbers make a model. */
final class PlainTransformer {

  private PlainTransformer() {}

  /**
   * Non-overlapping patches of an image [batch, 3, height, width] as tokens ({@code
   * patch_embed.proj}).
   *
   * @throws IllegalArgumentException if the image's extents are no multiples of the patch
   */
  static Features embed(Scope s, Tensor image, int width, int patch) {
    if (image.dim(2) % patch != 0 || image.dim(3) % patch != 0) {
      throw new IllegalArgumentException(
          "an image of height "
              + image.dim(2)
              + " and width "
              + image.dim(3)
              + " cannot be cut into patches: both must be multiples of "
              + patch);
    }
    Init init = new Init.FanIn(image.dim(1) * patch * patch);
    Tensor map = Conv2d.patches(width, patch).init(init).apply(s.at("patch_embed.proj"), image);
    return Features.ofMap(map, patch);
  }

  /** Block {@code index} of a transformer: new tokens at the places of {@code x}. */
  interface Block {
    Tensor apply(Scope s, Features x, int index);
  }

  /**
   * Blocks {@code from} (inclusive) to {@code to} (exclusive), each in its scope {@code blocks.i}.
   */
  static Features blocks(Scope s, Features x, int from, int to, Block block) {
    Features y = x;
    for (int i = from; i < to; i++) {
      int index = i;
      Features in = y;
      y = y.with(s.at("blocks").in(i, b -> block.apply(b, in, index)));
    }
    return y;
  }

  /**
   * @throws IllegalArgumentException if the pattern does not fill the depth or has a negative entry
   */
  static void requireWindows(String model, List<Integer> pattern, int depth) {
    if (pattern.isEmpty() || depth % pattern.size() != 0) {
      throw new IllegalArgumentException(
          model
              + ": windows has "
              + pattern.size()
              + " entries, which do not repeat to the depth of "
              + depth);
    }
    if (pattern.stream().anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException(model + ": windows " + pattern + " has a negative entry");
    }
  }

  /**
   * @throws IllegalArgumentException if the numbers make no plain transformer
   */
  static void requirePlain(
      String model, int width, int depth, int heads, double mlpRatio, int patchSize) {
    if (width < 1 || depth < 1 || heads < 1 || patchSize < 1) {
      throw new IllegalArgumentException(
          model + ": width, depth, heads and patchSize must be positive");
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          model + ": width " + width + " is not a multiple of heads " + heads);
    }
    if ((int) (width * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          model + ": mlpRatio " + mlpRatio + " leaves the MLPs without hidden channels");
    }
  }
}
