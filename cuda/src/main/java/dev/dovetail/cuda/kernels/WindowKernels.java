package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.ToWindows;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Launches {@code to_windows.cu} and {@code from_windows.cu}, with one thread for a few channels of
 * a token.
 */
final class WindowKernels {

  private static final int MOST_PARTS = 3;

  private WindowKernels() {}

  static Optional<Launch> of(ToWindows op, Shape tokens, DType type) {
    if (op.parts() > MOST_PARTS) {
      return Optional.empty();
    }
    int channels = tokens.dim(2) / op.parts();
    int pack = Kernels.pack(channels, type);
    Map<String, String> c = grid(op.height(), op.width(), op.windowHeight(), op.windowWidth());
    c.put("T", Kernels.name(type));
    c.put("V", "" + pack);
    c.put("BATCH", "" + tokens.dim(0));
    c.put("ROWS", "" + op.rows());
    c.put("COLUMNS", "" + op.columns());
    c.put("CHANNELS", "" + channels);
    c.put("PARTS", "" + op.parts());
    c.put("BIAS", Kernels.flag(op.bias()));
    long places = (long) op.rows() * op.columns() * op.windowHeight() * op.windowWidth();
    return Kernels.perItem("to_windows", c, tokens.dim(0) * places * (channels / pack));
  }

  static Optional<Launch> of(FromWindows op, Shape windows, DType type) {
    int channels = windows.dim(2);
    int pack = Kernels.pack(channels, type);
    int batch = windows.dim(0) / (op.rows() * op.columns());
    Map<String, String> c = grid(op.height(), op.width(), op.windowHeight(), op.windowWidth());
    c.put("T", Kernels.name(type));
    c.put("V", "" + pack);
    c.put("BATCH", "" + batch);
    c.put("ROWS", "" + op.rows());
    c.put("COLUMNS", "" + op.columns());
    c.put("CHANNELS", "" + channels);
    long cells = (long) batch * op.height() * op.width();
    return Kernels.perItem("from_windows", c, cells * (channels / pack));
  }

  private static Map<String, String> grid(
      int height, int width, int windowHeight, int windowWidth) {
    Map<String, String> c = new HashMap<>();
    c.put("HEIGHT", "" + height);
    c.put("WIDTH", "" + width);
    c.put("WINDOW_HEIGHT", "" + windowHeight);
    c.put("WINDOW_WIDTH", "" + windowWidth);
    return c;
  }
}
