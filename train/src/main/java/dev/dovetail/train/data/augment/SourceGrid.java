package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.stream.IntStream;

/**
 * Moves whole pixels. Each row and column of the result is a copy of one of the source, or is part
 * of a margin. Flips, crops, margins and nearest neighbor resizes work like this. They keep masks
 * binary and add no classes to a label map.
 *
 * @param rows the source row of each row of the result; any other value stands for a margin
 * @param columns the source column of each column of the result; any other value stands for a
 *     margin
 */
record SourceGrid(int[] rows, int[] columns) {

  /** Flips horizontally. */
  static SourceGrid mirrored(Size size) {
    return new SourceGrid(
        IntStream.range(0, size.height()).toArray(),
        IntStream.range(0, size.width()).map(x -> size.width() - 1 - x).toArray());
  }

  /** Crops to a window. */
  static SourceGrid cropped(Window window) {
    Size size = window.size();
    return new SourceGrid(
        IntStream.range(window.top(), window.top() + size.height()).toArray(),
        IntStream.range(window.left(), window.left() + size.width()).toArray());
  }

  /** Adds a margin on all sides. */
  static SourceGrid padded(Size size, int margin) {
    return new SourceGrid(
        IntStream.range(-margin, size.height() + margin).toArray(),
        IntStream.range(-margin, size.width() + margin).toArray());
  }

  /** Resizes like OpenCV's {@code INTER_NEAREST}. */
  static SourceGrid nearest(Size from, Size to) {
    return new SourceGrid(nearest(from.height(), to.height()), nearest(from.width(), to.width()));
  }

  private static int[] nearest(int from, int to) {
    // The same two divisions as in OpenCV, so that rounding is the same.
    double step = 1 / ((double) to / from);
    return IntStream.range(0, to).map(i -> Math.min((int) (i * step), from - 1)).toArray();
  }

  Size size() {
    return new Size(rows.length, columns.length);
  }

  /** Moves a label map. Margins are ignored pixels. */
  LabelMap apply(LabelMap map) {
    Size from = map.size();
    int[] labels =
        IntStream.of(rows)
            .flatMap(row -> IntStream.of(columns).map(column -> label(map, from, row, column)))
            .toArray();
    if (map instanceof LabelMap.Shorts) {
      short[] moved = new short[labels.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] = (short) labels[i];
      }
      return new LabelMap.Shorts(size(), moved);
    }
    byte[] moved = new byte[labels.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (byte) labels[i];
    }
    return new LabelMap.Bytes(size(), moved);
  }

  private static int label(LabelMap map, Size size, int row, int column) {
    boolean inside = row >= 0 && row < size.height() && column >= 0 && column < size.width();
    return inside ? map.at(row * size.width() + column) : AnnotatedImage.IGNORED;
  }

  /** Moves a mask. Only reads its bounding box. */
  Rle apply(Rle mask) {
    Rle.Box box = mask.box();
    int[] x = reading(columns, box.x(), box.width());
    int[] y = reading(rows, box.y(), box.height());
    if (x.length == 0 || y.length == 0) {
      return Rle.empty(rows.length, columns.length);
    }
    byte[] from = mask.boxColumnMajor();
    byte[] moved = new byte[x.length * y.length];
    int to = 0;
    for (int column : x) {
      int start = (columns[column] - box.x()) * box.height() - box.y();
      for (int row : y) {
        moved[to++] = from[start + rows[row]];
      }
    }
    return Rle.ofRegion(rows.length, columns.length, x[0], y[0], x.length, y.length, moved);
  }

  /**
   * Returns the indices of the result that read from a range of the source. They are contiguous.
   */
  private static int[] reading(int[] sources, int first, int count) {
    return IntStream.range(0, sources.length)
        .filter(i -> sources[i] >= first && sources[i] < first + count)
        .toArray();
  }
}
