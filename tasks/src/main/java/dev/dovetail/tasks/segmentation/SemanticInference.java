package dev.dovetail.tasks.segmentation;

import dev.dovetail.tasks.masks.MaskSize;
import java.util.List;

/**
 * The section {@code test} of a config for semantic segmentation: how an image passes through the
 * network.
 *
 * @param mode the inference mode
 * @param crop the height and width of a window
 * @param stride the vertical and horizontal distance of windows
 * @param masks for networks with query masks: the size at which masks are converted to class scores
 */
public record SemanticInference(
    Mode mode, List<Integer> crop, List<Integer> stride, MaskSize masks) {

  /** The inference modes. */
  public enum Mode {
    /**
     * A single pass; logits are resized to the network's input, then to the original image (mmseg).
     */
    WHOLE,
    /** Sliding windows; logits are resized to the windows, averaged, then resized (mmseg). */
    SLIDE,
    /** Sliding windows that are spread evenly over the long side and cover the whole short side. */
    SPREAD,
    /** A single pass; logits are resized directly to the original image (transformers). */
    DIRECT
  }

  /** A window of rows {@code top} to {@code bottom} and columns {@code left} to {@code right}. */
  public record Window(int top, int left, int bottom, int right) {}

  public SemanticInference {
    if (crop.size() != 2 || stride.size() != 2 || min(crop) < 1 || min(stride) < 1) {
      throw new IllegalArgumentException(
          "crop " + crop + " and stride " + stride + " must each be a height and a width");
    }
    if (stride.get(0) > crop.get(0) || stride.get(1) > crop.get(1)) {
      throw new IllegalArgumentException(
          "stride " + stride + " is above crop " + crop + ": there would be gaps between windows");
    }
    if (masks.at() == MaskSize.At.ORIGINAL) {
      throw new IllegalArgumentException(
          "masks.at is 'original', but scores are always resized to it; expected 'network', 'fixed'"
              + " or 'input'");
    }
    crop = List.copyOf(crop);
    stride = List.copyOf(stride);
  }

  /**
   * Creates options in which masks are converted to scores at their own size.
   *
   * @param mode the inference mode
   * @param crop the height and width of a window
   * @param stride the vertical and horizontal distance of windows
   */
  public SemanticInference(Mode mode, List<Integer> crop, List<Integer> stride) {
    this(mode, crop, stride, MaskSize.of(MaskSize.At.NETWORK));
  }

  private static int min(List<Integer> values) {
    return values.stream().mapToInt(i -> i).min().orElseThrow();
  }

  /** Returns the published options for ADE20K: windows of 512x512 every 341 pixels. */
  public static SemanticInference defaults() {
    return new SemanticInference(Mode.SLIDE, List.of(512, 512), List.of(341, 341));
  }

  /**
   * Returns the windows of an image in row-major order (mmseg's {@code slide_inference}). All have
   * the same size; the last ones are moved back into the image. For {@link Mode#SPREAD} it is the
   * minimum number that covers the long side, as in transformers' processor of EoMT.
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

  /** Computes positions in double precision and truncates them, as the reference does. */
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
