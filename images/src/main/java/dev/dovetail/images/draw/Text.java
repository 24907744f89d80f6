package dev.dovetail.images.draw;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;

/**
 * Draws lines of text.
 *
 * @param height in pixels, from the top of a capital letter to the bottom of a descender
 */
record Text(int height) {

  /** Antialiased rendering with letters at fractional positions. */
  private static final FontRenderContext EXACT =
      new FontRenderContext(new AffineTransform(), true, true);

  /** The fraction of the height above the baseline. */
  private static final double ABOVE = 0.76;

  private static final String CUT = "…";

  private TextLayout layout(String text) {
    return new TextLayout(Fonts.line(text, height).getIterator(), EXACT);
  }

  /** Returns the width of the line in pixels. */
  int width(String text) {
    return text.isEmpty() ? 0 : (int) Math.ceil(layout(text).getAdvance());
  }

  /** Returns the text, truncated with an ellipsis if it does not fit. */
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

  /** Draws the text with the upper left corner at (x, y), clipped to the canvas. */
  void write(Graphics2D graphics, String text, int x, int y, Colour colour) {
    if (!text.isEmpty()) {
      graphics.setColor(new Color(colour.rgb()));
      layout(text).draw(graphics, x, (float) (y + ABOVE * height));
    }
  }
}
