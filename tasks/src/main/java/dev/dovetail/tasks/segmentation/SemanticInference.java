package dev.dovetail.tasks.segmentation;

import dev.dovetail.tasks.masks.MaskSize;
import java.util.List;

/**
 * The section {@code test} of a config for semantic segmentation: how an image passes through the
 * network.
 *
 * @param mode how an image passes through the model
 * @param crop height and width of a window
 * @param stride rows and columns from one window to the next
 * @param masks for networks whose queries draw masks: the size at which these become scores of
 *     classes
 */
public record SemanticInference(
    Mode mode, List<Integer> crop, List<Integer> stride, MaskSize masks) {

  /** How an image passes through the model. */
  public enum Mode {
    /** In one pass; logits are resized to the network's input, then to the original (mmseg). */
    WHOLE,
    /** In windows whose logits, resized to the windows, are averaged, then resized (mmseg). */
    SLIDE,
    /** The same with windows spread evenly over the long side, each over all of the short one. */
    SPREAD,
    /** In one pass; logits are resized to the original at once (transformers). */
    DIRECT
  }

  /**
   * Where a window lies: rows {@code top} to {@code bottom}, columns {@code left} to {@code right}.
   */
  public record Window(int top, int left, int bottom, int right) {}

  public SemanticInference {
    if (crop.size() != 2 || stride.size() != 2 || min(crop) < 1 || min(stride) < 1) {
      throw new IllegalArgumentException(
          "crop " + crop + " and stride " + stride + " need a height and a width each");
    }
    if (stride.get(0) > crop.get(0) || stride.get(1) > crop.get(1)) {
      throw new IllegalArgumentException(
          "stride " + stride + " is above crop " + crop + ": windows would leave gaps");
    }
    if (masks.at() == MaskSize.At.ORIGINAL) {
      throw new IllegalArgumentException(
          "masks.at is 'original': scores are resized to it anyway; expected 'network', 'fixed' or"
              + " 'input'");
    }
    crop = List.copyOf(crop);
    stride = List.copyOf(stride);
  }

  /**
   * Masks become scores at their own size.
   *
   * @param mode how an image passes through the model
   * @param crop height and width of a window
   * @param stride rows and columns from one window to the next
   */
  public SemanticInference(Mode mode, List<Integer> crop, List<Integer> stride) {
    this(mode, crop, stride, MaskSize.of(MaskSize.At.NETWORK));
  }

  private static int min(List<Integer> values) {
    return values.stream().mapToInt(i -> i).min().orElseThrow();
  }

  /** The published test of ADE20K: windows of 512x512 every 341 pixels. */
  public static SemanticInference defaults() {
    return new SemanticInference(Mode.SLIDE, List.of(512, 512), List.of(341, 341));
  }

  /**
   * The windows over an image, row by row (mmseg's {@code slide_inference}); all of one size, the
   * last ones moved back into the image. For {@link Mode#SPREAD} as few as cover the long side, as
   * transformers' processor of EoMT cuts images.
   */
  public List<Window> windows(int height, int width) {
    if (mode == Mode.SPREAD) {
      return spread(height, width);
    }
    if (mode != Mode.SLIDE) {
      return List.of(new Window(0, 0, height, width));
    }
    int rows = count(height, crop.get(0), stride.get(0));
    int columns = count(width, crop.get(1), stride.get(1));
    return java.util.stream.IntStream.range(0, rows * columns)
        .mapToObj(
            i -> {
              int bottom = Math.min(i / columns * stride.get(0) + crop.get(0), height);
              int right = Math.min(i % columns * stride.get(1) + crop.get(1), width);
              int top = Math.max(bottom - crop.get(0), 0);
              int left = Math.max(right - crop.get(1), 0);
              return new Window(top, left, bottom, right);
            })
        .toList();
  }

  /** Positions in double precision, whose fraction is dropped, as the reference has them. */
  private List<Window> spread(int height, int width) {
    boolean portrait = height > width;
    int length = Math.max(height, width);
    int side = crop.get(portrait ? 0 : 1);
    int count = (length + side - 1) / side;
    double overlap = count > 1 ? (double) (count * side - length) / (count - 1) : 0;
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(
            i -> {
              int start = (int) (i * (side - overlap));
              int end = Math.min(start + side, length);
              return portrait
                  ? new Window(start, 0, end, width)
                  : new Window(0, start, height, end);
            })
        .toList();
  }

  private static int count(int size, int crop, int stride) {
    return Math.max(size - crop + stride - 1, 0) / stride + 1;
  }
}
