package dev.dovetail.images.draw;

import dev.dovetail.files.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A colour for every number. Numbers beyond the given colours get generated ones, which differ for
 * normal vision, protanopia and deuteranopia, and the colour of a number does not depend on which
 * others are used.
 *
 * @param given the colours of the first numbers
 */
public record Palette(List<Colour> given) {

  private static final Palette DISTINCT = new Palette(List.of());

  /**
   * Copies the list.
   *
   * @param given the colours of the first numbers
   */
  public Palette {
    given = List.copyOf(given);
  }

  /**
   * Generated colours alone.
   *
   * @return the palette
   */
  public static Palette distinct() {
    return DISTINCT;
  }

  /**
   * {@return the palette of a text file with a colour such as {@code #e69f00} on each line}
   *
   * @param file the file
   * @throws IOException if the file cannot be read, or a line is something else; names the line
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
      throw new IOException(file + " names no colours; expected one such as #e69f00 on each line");
    }
    return new Palette(colours);
  }

  /**
   * {@return the colour of a number, from 0}
   *
   * @param number of the class or the object
   */
  public Colour colour(int number) {
    return number < given.size() ? given.get(number) : DistinctColours.get(number - given.size());
  }
}
