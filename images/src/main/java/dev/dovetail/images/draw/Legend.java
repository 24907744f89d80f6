package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A legend in a column at the right of a picture. */
final class Legend {

  private static final Colour PAPER = new Colour(250, 250, 250);
  private static final Colour GREY = new Colour(90, 90, 90);

  /** The number of lines that must fit, as long as they are legible. */
  private static final int LINES = 12;

  /** The smallest fraction that is not displayed as 0. */
  private static final double LEAST = 0.0005;

  private Legend() {}

  /**
   * A line.
   *
   * @param colour of the entry
   * @param name the meaning of the color
   * @param share fraction of the pixels, from 0 to 1
   */
  record Entry(Colour colour, String name, double share) {
    String percent() {
      return share > 0 && share < LEAST
          ? "<0.1%"
          : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
  }

  /**
   * Returns the picture with the entries, the largest first. The last line counts the entries that
   * do not fit.
   *
   * @param widest names that must fit into the column even if they are not shown; if there are any,
   *     longer names are truncated
   */
  static Image beside(Image picture, List<Entry> entries, List<String> widest) {
    Size size = picture.size();
    Sizes sizes = Sizes.of(size, 0).withLines(LINES, size.height());
    Text text = new Text(sizes.text());
    int margin = 2 * sizes.text() / 3;
    int line = 3 * sizes.text() / 2;
    int lines = Math.max(0, (size.height() - 2 * margin + line - sizes.text()) / line);
    List<Entry> shown = new ArrayList<>(entries);
    shown.sort(Comparator.comparingDouble(Entry::share).reversed());
    int hidden = 0;
    if (shown.size() > lines) {
      int kept = Math.max(0, lines - 1);
      hidden = shown.size() - kept;
      shown = shown.subList(0, kept);
    }
    String rest = hidden == 0 || lines == 0 ? "" : hidden + " more";
    int gap = 2 * sizes.padding();
    Stream<String> names = widest.isEmpty() ? shown.stream().map(Entry::name) : widest.stream();
    int room = names.mapToInt(text::width).reduce(text.width(rest), Math::max);
    int figures = text.width("100.0%");
    int width = size.width() + 2 * margin + sizes.text() + gap + room + margin + figures;
    Canvas canvas = Canvas.blank(new Size(size.height(), width), PAPER);
    canvas.put(picture);
    int left = size.width() + margin;
    int y = margin;
    for (Entry entry : shown) {
      canvas.fill(new Rectangle(left, y, sizes.text(), sizes.text()), entry.colour());
      canvas.write(
          text, text.fitting(entry.name(), room), left + sizes.text() + gap, y, Colour.BLACK);
      int right = width - margin - text.width(entry.percent());
      canvas.write(text, entry.percent(), right, y, GREY);
      y += line;
    }
    canvas.write(text, rest, left + sizes.text() + gap, y, GREY);
    return canvas.toImage();
  }
}
