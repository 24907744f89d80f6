package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import dev.dovetail.train.data.augment.AnnotatedImage;
import java.util.Arrays;
import java.util.Optional;

/** A grid of pictures on a light background, with black cells of equal size. */
final class PictureSheet {

  /** The space between cells in pixels. */
  static final int GAP = 6;

  private static final byte PAPER = (byte) 250;

  private final Size field;
  private final int columns;
  private final Size size;
  private final byte[] pixels;
  private final byte[] labels;

  /** Returns the number of rows: that of the columns, or one fewer. */
  PictureSheet(int count, Size field) {
    this.field = field;
    this.columns = (int) Math.ceil(Math.sqrt(count));
    int rows = (count + columns - 1) / columns;
    this.size =
        new Size(rows * (field.height() + GAP) - GAP, columns * (field.width() + GAP) - GAP);
    this.pixels = new byte[Math.toIntExact(size.pixels() * Image.CHANNELS)];
    this.labels = new byte[Math.toIntExact(size.pixels())];
    Arrays.fill(pixels, PAPER);
    Arrays.fill(labels, (byte) AnnotatedImage.IGNORED);
  }

  /** Draws a picture at the top left of a cell and crops it to the cell. */
  void put(int place, Image picture, Optional<LabelMap> map) {
    byte[] from = picture.toBytes();
    Size shown = picture.size();
    int height = Math.min(shown.height(), field.height());
    int width = Math.min(shown.width(), field.width());
    int top = place / columns * (field.height() + GAP);
    int left = place % columns * (field.width() + GAP);
    for (int y = 0; y < field.height(); y++) {
      int to = (top + y) * size.width() + left;
      Arrays.fill(pixels, to * Image.CHANNELS, (to + field.width()) * Image.CHANNELS, (byte) 0);
      if (y < height) {
        int row = y * shown.width();
        System.arraycopy(
            from, row * Image.CHANNELS, pixels, to * Image.CHANNELS, width * Image.CHANNELS);
        for (int x = 0; map.isPresent() && x < width; x++) {
          labels[to + x] = (byte) map.get().at(row + x);
        }
      }
    }
  }

  Image picture() {
    return Image.of(size, pixels);
  }

  LabelMap labels() {
    return new LabelMap.Bytes(size, labels);
  }
}
