package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The change to half the resolution (Liu et al. 2021, section 3.1): concatenates the channels of
 * four neighbors in column-major order and applies a linear layer. A grid with an odd height or
 * width is padded with zeros.
 *
 * @param normFirst whether the norm precedes the linear layer (Swin) or follows it (Swin V2)
 */
record PatchMerging(boolean normFirst) {

  /**
   * Maps tokens of a grid to tokens of twice the width on a grid of half the height and width,
   * rounded up.
   */
  Features apply(Scope s, Features x) {
    Tensor merged = s.run(() -> merged(s, neighbours(s, x)));
    return new Features(merged, (x.height() + 1) / 2, (x.width() + 1) / 2, 0, 2 * x.stride());
  }

  private Tensor merged(Scope s, Tensor neighbours) {
    int width = neighbours.dim(2) / 2;
    return normFirst
        ? reduction(s, layerNorm(s.at("norm"), neighbours, Swin.EPSILON), width)
        : layerNorm(s.at("norm"), reduction(s, neighbours, width), Swin.EPSILON);
  }

  private static Tensor reduction(Scope s, Tensor x, int width) {
    return linearWithoutBias(s.at("reduction"), x, width);
  }

  /**
   * Rearranges tokens [batch, cells, channels] to [batch, cells of the smaller grid, 4 * channels].
   */
  private static Tensor neighbours(Scope s, Features x) {
    boolean odd = x.height() % 2 + x.width() % 2 > 0;
    Tensor tokens = odd ? x.tokens().pad(1, 0, 1, 0) : x.tokens();
    long[] cells = cells(x.height(), x.width());
    return tokens
        .gather(1, s.constant(cells))
        .reshape(tokens.dim(0), cells.length / 4, 4 * tokens.dim(2));
  }

  /**
   * Returns the indices of the four cells behind each cell of the smaller grid. The grid's size
   * stands for a missing cell.
   */
  private static long[] cells(int height, int width) {
    long[] cells = new long[(height + 1) / 2 * ((width + 1) / 2) * 4];
    int next = 0;
    for (int row = 0; row < height; row += 2) {
      for (int column = 0; column < width; column += 2) {
        for (int i = 0; i < 4; i++) {
          int r = row + i % 2;
          int c = column + i / 2;
          cells[next++] = r < height && c < width ? (long) r * width + c : (long) height * width;
        }
      }
    }
    return cells;
  }
}
