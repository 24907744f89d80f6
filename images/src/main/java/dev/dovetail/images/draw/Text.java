package dev.dovetail.images.draw;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;

/**
 * Lines of text.
 *
 * @param height pixels from the top of a capital letter to the bottom of a descender
 */
record Text(int height) {

  /** Antialiased, with letters at fractions of pixels. */
  private static final FontRenderContext EXACT =
      new FontRenderContext(new AffineTransform(), true, true);

  /** Share of the height that lies above the base line. */
  private static final double ABOVE = 0.76;

  private static final String CUT = "…";

  private TextLayout layout(String text) {
    return new TextLayout(Fonts.line(text, height).getIterator(), EXACT);
  }

  /** Width of the line in pixels. */
  int width(String text) {
    return text.isEmpty() ? 0 : (int) Math.ceil(layout(text).getAdvance());
  }

  /** The text, or as much of its beginning as fits with an ellipsis. */
  String fitting(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int[] characters = text.codePoints().toArray();
    for (int kept = characters.length - 1; kept > 0; kept--) {
      String shorter = new String(characters, 0, kept).stripTrailing() + CUT;
      if (width(shorter) <= width) {
        return shorter;
      }
    }
    return CUT;
  }

  /** Writes with the upper left corner at (x, y); what lies outside the picture is cut. */
  void write(Graphics2D graphics, String text, int x, int y, Colour colour) {
    if (!text.isEmpty()) {
      graphics.setColor(new Color(colour.rgb()));
      layout(text).draw(graphics, x, (float) (y + ABOVE * height));
    }
  }
}
