package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.WindowAttention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches {@code window_attention_f16.cu}, in which a warp computes 16 queries of a head with
 * matrix instructions, or {@code window_attention.cu}, in which a thread computes one.
 */
final class WindowAttentionKernel {

  /** The shared memory of a block without special options. */
  private static final int SHARED_BYTES = 48 << 10;

  /** The maximum number of channels of a head, which a thread keeps in registers. */
  private static final int MOST_CHANNELS = 64;

  /** The maximum number of places of a window, for blocks of 512 threads. */
  private static final int MOST_PLACES = 256;

  private static final int WARP = 32;

  /** Queries per warp, and channels per step, of the matrix instruction. */
  private static final int TILE = 16;

  private static final int STEP = 8;

  /** Consecutive windows per block, for which the bias is read once, if there are enough blocks. */
  private static final int MOST_TURNS = 8;

  private static final int ENOUGH_BLOCKS = 2048;

  private WindowAttentionKernel() {}

  static Optional<Launch> of(WindowAttention op, List<TensorType> operands, DType type) {
    WindowAttention.Windows w = op.windows();
    Shape tokens = operands.get(0).shape();
    int channels = tokens.dim(2) / (op.joint() ? 3 : 1) / op.heads();
    long windows = (long) tokens.dim(0) * w.count();
    if (w.places() > MOST_PLACES
        || sharedBytes(w.places(), channels) > SHARED_BYTES
        || channels > MOST_CHANNELS
        || (long) tokens.dim(1) * tokens.dim(2) > Integer.MAX_VALUE
        || windows * op.heads() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    Map<String, String> c = new HashMap<>();
    c.put("T", Kernels.name(type));
    c.put("BATCH", "" + tokens.dim(0));
    c.put("HEIGHT", "" + w.height());
    c.put("WIDTH", "" + w.width());
    c.put("WINDOW_HEIGHT", "" + w.windowHeight());
    c.put("WINDOW_WIDTH", "" + w.windowWidth());
    c.put("UP", "" + w.up());
    c.put("LEFT", "" + w.left());
    c.put("PAD_FIRST", Kernels.flag(w.padFirst()));
    c.put("HEADS", "" + op.heads());
    c.put("CHANNELS", "" + channels);
    c.put("TOKENS", "" + tokens.dim(1));
    c.put("JOINT", Kernels.flag(op.joint()));
    c.put("SCALE", (float) op.scale() + "f");
    c.put("HIDDEN", (float) op.hidden() + "f");
    int threads = roundedUp(w.places(), TILE) * WARP / TILE;
    if (type == DType.FLOAT16 && channels % STEP == 0) {
      int turns = (int) Math.max(1, Math.min(MOST_TURNS, windows * op.heads() / ENOUGH_BLOCKS));
      c.put("TURNS", "" + turns);
      int blocks = (int) ((windows + turns - 1) / turns);
      return Optional.of(new Launch("window_attention_f16", c, blocks * op.heads(), 1, threads));
    }
    c.put("V", "" + Kernels.pack(channels, type));
    return Optional.of(
        new Launch(
            "window_attention", c, (int) windows * op.heads(), 1, roundedUp(w.places(), WARP)));
  }

  /**
   * Returns the largest number of bytes that a block shares, of the kernels for all types, so that
   * an operator is available in all or none: places, keys and values, and queries in half
   * precision.
   */
  private static int sharedBytes(int places, int channels) {
    int filled = roundedUp(places, TILE) + 3 * STEP; // at most four chunks of keys
    int half = 2 * filled * (channels + STEP) + channels * (filled + STEP);
    return 8 * filled + Math.max(4 * 2 * places * channels, 2 * half);
  }

  private static int roundedUp(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
  }
}
