package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A drawing surface for images. */
final class Canvas {

  private final Size size;
  private final byte[] bgr;

  private Canvas(Size size, byte[] bgr) {
    this.size = size;
    this.bgr = bgr;
  }

  /** Creates a canvas with a copy of an image. */
  static Canvas of(Image image) {
    return new Canvas(image.size(), image.toBytes());
  }

  static Canvas blank(Size size, Colour colour) {
    Canvas canvas = new Canvas(size, new byte[Math.toIntExact(size.pixels() * Image.CHANNELS)]);
    canvas.fill(new Rectangle(size.width(), size.height()), colour);
    return canvas;
  }

  Image toImage() {
    return Image.of(size, bgr);
  }

  /** Returns the rectangle of the whole canvas. */
  Rectangle bounds() {
    return new Rectangle(size.width(), size.height());
  }

  /** Copies an image, which must fit, to the top left. */
  void put(Image image) {
    byte[] from = image.toBytes();
    int length = image.size().width() * Image.CHANNELS;
    for (int y = 0; y < image.size().height(); y++) {
      System.arraycopy(from, y * length, bgr, y * size.width() * Image.CHANNELS, length);
    }
  }

  /** Fills a rectangle, clipped to the canvas. */
  void fill(Rectangle rectangle, Colour colour) {
    Rectangle part = rectangle.intersection(bounds());
    for (int y = part.y; y < part.y + part.height; y++) {
      for (int x = part.x; x < part.x + part.width; x++) {
        blend(x, y, colour, 1);
      }
    }
  }

  /** Draws the four sides of a rectangle, with the lines centered on its border. */
  void frame(Rectangle rectangle, Colour colour, int width) {
    Rectangle outer = new Rectangle(rectangle);
    outer.grow(width / 2, width / 2);
    int side = Math.min(width, Math.min(outer.width, outer.height));
    int right = outer.x + outer.width - side;
    int bottom = outer.y + outer.height - side;
    fill(new Rectangle(outer.x, outer.y, outer.width, side), colour);
    fill(new Rectangle(outer.x, bottom, outer.width, side), colour);
    fill(new Rectangle(outer.x, outer.y, side, outer.height), colour);
    fill(new Rectangle(right, outer.y, side, outer.height), colour);
  }

  /**
   * Tints areas and draws their edges.
   *
   * @param colour of an area; null for one that is not drawn
   * @param alpha opacity inside
   * @param edge width of the opaque edge, inside the area
   */
  void tint(Areas areas, IntFunction<@Nullable Colour> colour, double alpha, int edge) {
    int last = Areas.NONE;
    Colour paint = null;
    for (int i = 0; i < areas.ids().length; i++) {
      int id = areas.ids()[i];
      if (id != last) {
        paint = id == Areas.NONE ? null : colour.apply(id);
        last = id;
      }
      if (paint != null) {
        double covered = Math.min(1, edge + 1 - Areas.pixels(areas.depths()[i]));
        int x = areas.x() + i % areas.width();
        int y = areas.y() + i / areas.width();
        blend(x, y, paint, Math.max(alpha, covered));
      }
    }
  }

  private void blend(int x, int y, Colour colour, double opacity) {
    int at = (y * size.width() + x) * Image.CHANNELS;
    bgr[at] = mixed(bgr[at], colour.blue(), opacity);
    bgr[at + 1] = mixed(bgr[at + 1], colour.green(), opacity);
    bgr[at + 2] = mixed(bgr[at + 2], colour.red(), opacity);
  }

  private static byte mixed(byte under, int over, double opacity) {
    int below = under & 0xff;
    return (byte) Math.round(below + (over - below) * opacity);
  }

  /** Draws a straight line. */
  void line(Point from, Point to, Colour colour, int width) {
    draw(
        graphics -> {
          graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
          graphics.setColor(new Color(colour.rgb()));
          graphics.draw(new Line2D.Double(from, to));
        });
  }

  /** Writes a line of text with the upper left corner at (x, y). */
  void write(Text text, String line, int x, int y, Colour colour) {
    draw(graphics -> text.write(graphics, line, x, y, colour));
  }

  /** Draws with Java2D directly on the pixels. */
  private void draw(Consumer<Graphics2D> drawing) {
    int row = size.width() * Image.CHANNELS;
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(bgr, bgr.length),
            size.width(),
            size.height(),
            row,
            Image.CHANNELS,
            new int[] {2, 1, 0},
            null);
    ColorModel rgb =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    Graphics2D graphics = new BufferedImage(rgb, raster, false, null).createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      drawing.accept(graphics);
    } finally {
      graphics.dispose();
    }
  }
}
