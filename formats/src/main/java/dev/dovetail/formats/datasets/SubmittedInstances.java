package dev.dovetail.formats.datasets;

import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The objects detected in one image, in the submission format of Cityscapes' benchmark: a text file
 * with lines {@code MASK.png LABEL_ID SCORE}. The object consists of the nonzero pixels of the
 * mask.
 *
 * @param masks {@code [n]}, in the order of the lines
 * @param labels {@code [n]}: label ids
 * @param scores {@code [n]}
 */
public record SubmittedInstances(Rle[] masks, long[] labels, double[] scores) {

  private static final int WORDS = 3;

  /** A parsed line. */
  private record Line(Path mask, long label, double score) {}

  /**
   * Reads a file and its masks.
   *
   * @param file the text file
   * @param root the directory of all results, which must contain the masks
   * @param size of the image
   * @return the objects
   * @throws IOException naming file and line, if a line has another format or an invalid label, or
   *     if its mask is outside the directory, occurs twice, cannot be read or has another size
   */
  public static SubmittedInstances read(Path file, Path root, Size size) throws IOException {
    List<Line> lines = new ArrayList<>();
    Set<Path> known = new HashSet<>();
    int number = 0;
    for (String text : TextFile.lines(file)) {
      number++;
      if (text.isBlank()) {
        continue;
      }
      String where = file + ":" + number + ": ";
      Line line = line(where, text, file, root);
      if (!known.add(line.mask)) {
        throw new FormatException(where + "the mask " + line.mask + " occurs twice");
      }
      lines.add(line);
    }
    Rle[] masks = new Rle[lines.size()];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = mask(lines.get(i).mask, file, size);
    }
    return new SubmittedInstances(
        masks,
        lines.stream().mapToLong(Line::label).toArray(),
        lines.stream().mapToDouble(Line::score).toArray());
  }

  private static Line line(String where, String text, Path file, Path root) throws FormatException {
    String[] words = text.strip().split(" +");
    if (words.length != WORDS) {
      throw new FormatException(
          where
              + "expected the path of a mask, the id of a label and a score, found \""
              + (text.strip() + "\""));
    }
    try {
      double label = Double.parseDouble(words[1]);
      double score = Double.parseDouble(words[2]);
      if (!(label >= 0 && label < CityscapesLabel.ALL.size())) {
        throw new FormatException(
            where
                + ("no label of Cityscapes has the id " + words[1] + "; expected 0 to ")
                + (CityscapesLabel.ALL.size() - 1));
      }
      if (Double.isNaN(score)) {
        throw new FormatException(where + "the score is NaN");
      }
      return new Line(path(where, words[0], file, root), (long) label, score);
    } catch (NumberFormatException e) {
      throw new FormatException(
          where
              + "expected the id of a label and a score, two numbers, found \""
              + (words[1] + "\" and \"" + words[2] + "\""),
          e);
    }
  }

  private static Path path(String where, String name, Path file, Path root) throws FormatException {
    try {
      Path relative = Path.of(name);
      Path mask = file.toAbsolutePath().resolveSibling(relative).normalize();
      if (relative.isAbsolute() || !mask.startsWith(root.toAbsolutePath().normalize())) {
        throw new FormatException(
            where + name + " is not a path in " + root + "; paths are relative to the text file");
      }
      return mask;
    } catch (InvalidPathException e) {
      throw new FormatException(where + name + " is not a valid file name", e);
    }
  }

  private static Rle mask(Path mask, Path file, Size size) throws IOException {
    if (!Files.exists(mask)) {
      throw new FormatException(file + ": missing mask " + mask);
    }
    PngFile png = PngFile.read(mask);
    if (png.colour() != PngFile.Colour.GREY || png.bitDepth() > 8) {
      throw new FormatException(
          mask
              + (" is a PNG of " + png.colour() + " pixels with " + png.bitDepth() + " bits; masks")
              + " must be gray with up to 8 bits; nonzero pixels are the object");
    }
    if (!png.size().equals(size)) {
      throw new FormatException(
          "the mask " + mask + " is " + png.size() + " pixels, but its image is " + size);
    }
    return Rle.ofRowMajor(size.height(), size.width(), png.samples());
  }
}
