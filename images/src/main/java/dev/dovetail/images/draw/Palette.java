package dev.dovetail.images.draw;

import dev.dovetail.files.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A color for every number. The first numbers have the specified colors. The others have generated
 * colors, which can be distinguished with normal vision, protanopia and deuteranopia. The color of
 * a number does not depend on the other numbers in use.
 *
 * @param given the colors of the first numbers
 */
public record Palette(List<Colour> given) {

  private static final Palette DISTINCT = new Palette(List.of());

  /**
   * Copies the list.
   *
   * @param given the colors of the first numbers
   */
  public Palette {
    given = List.copyOf(given);
  }

  /**
   * Returns a palette of generated colors.
   *
   * @return the palette
   */
  public static Palette distinct() {
    return DISTINCT;
  }

  /**
   * {@return the palette of a text file with a color such as {@code #e69f00} on each line}
   *
   * @param file the file
   * @throws IOException if the file cannot be read or a line has another format; the message names
   *     the line
   */
  public static Palette read(Path file) throws IOException {
    List<Colour> colours = new ArrayList<>();
    int number = 0;
    for (String line : TextFile.lines(file)) {
      number++;
      if (!line.isBlank()) {
        try {
          colours.add(Colour.parse(line.strip()));
        } catch (IllegalArgumentException e) {
          throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    if (colours.isEmpty()) {
      throw new IOException(
          file + " contains no colors; expected one such as #e69f00 on each line");
    }
    return new Palette(colours);
  }

  /**
   * {@return the color of a number}
   *
   * @param number index of the class or the object
   */
  public Colour colour(int number) {
    return number < given.size() ? given.get(number) : DistinctColours.get(number - given.size());
  }
}
