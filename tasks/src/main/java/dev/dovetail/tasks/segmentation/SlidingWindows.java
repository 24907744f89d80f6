package dev.dovetail.tasks.segmentation;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.tasks.segmentation.SemanticInference.Mode;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Runs a network on windows of an image and averages the logits of overlapping windows (mmseg's
 * {@code slide_inference}).
 */
final class SlidingWindows {

  private SlidingWindows() {}

  /**
   * Computes logits at the size of the network's input, or at the size of the network's output for
   * {@link Mode#DIRECT}. All windows have the same size and form one batch; their logits are tapped
   * as {@code windows}.
   *
   * @param image [batch, 3, height, width], normalized
   * @param network maps an image to logits at a coarser size
   * @return [batch, classes, height, width]
   */
  static Tensor logits(
      Scope s, Tensor image, SemanticInference test, UnaryOperator<Tensor> network) {
    int height = image.dim(2);
    int width = image.dim(3);
    List<SemanticInference.Window> windows = test.windows(height, width);
    if (windows.size() == 1) {
      Tensor scores = network.apply(image);
      if (test.mode() == Mode.DIRECT) {
        return s.tap("windows", scores);
      }
      return s.tap("windows", s.float32(() -> Resampling.bilinear(scores, height, width)));
    }
    Tensor crops =
        Tensor.concat(
            0,
            windows.stream()
                .map(w -> image.slice(2, w.top(), w.bottom()).slice(3, w.left(), w.right()))
                .toList());
    Tensor scores = network.apply(crops);
    return s.float32(
        () -> {
          Tensor full = s.tap("windows", Resampling.bilinear(scores, crops.dim(2), crops.dim(3)));
          List<Tensor> perWindow = full.chunk(windows.size(), 0);
          Tensor sum = null;
          float[] count = new float[height * width];
          for (int i = 0; i < windows.size(); i++) {
            SemanticInference.Window w = windows.get(i);
            Tensor placed =
                perWindow
                    .get(i)
                    .pad(2, w.top(), height - w.bottom(), 0)
                    .pad(3, w.left(), width - w.right(), 0);
            sum = sum == null ? placed : sum.plus(placed);
            cover(count, width, w);
          }
          for (int i = 0; i < count.length; i++) {
            count[i] = Math.max(count[i], 1); // rounding may leave the last row or column uncovered
          }
          return sum.div(s.constant(TensorData.of(count, 1, 1, height, width)));
        });
  }

  private static void cover(float[] count, int width, SemanticInference.Window w) {
    for (int y = w.top(); y < w.bottom(); y++) {
      for (int x = w.left(); x < w.right(); x++) {
        count[y * width + x]++;
      }
    }
  }
}
