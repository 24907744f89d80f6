package dev.dovetail.cli;

import dev.dovetail.Prediction;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.Palette;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for drawing predictions. */
final class PictureOptions {

  /** The subdirectory for object crops. */
  static final String CROPS = "crops";

  private static final int WIDEST = 1000;
  private static final String PER_CLASS = "class";
  private static final String PER_INSTANCE = "instance";

  @Option(
      names = "--line-width",
      paramLabel = "PIXELS",
      description = "line width of boxes and edges (default: depends on the image size)")
  private @Nullable Integer lineWidth;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      defaultValue = "" + DrawingStyle.ALPHA,
      description = "opacity of masks and colored classes, 0 to 1 (default: ${DEFAULT-VALUE})")
  private double alpha;

  @Option(
      names = "--palette",
      paramLabel = "COLOURS",
      defaultValue = PER_CLASS,
      description =
          "class: one color per class; instance: one color per object; or a text file with the"
              + " colors of the classes, one such as #e69f00 per line (default: ${DEFAULT-VALUE})")
  private String colours;

  @Option(names = "--hide-labels", description = "omit names, scores and legends")
  private boolean hideLabels;

  @Option(names = "--hide-boxes", description = "omit boxes")
  private boolean hideBoxes;

  @Option(names = "--hide-masks", description = "omit masks and colored classes")
  private boolean hideMasks;

  @Option(
      names = "--save-crops",
      description = "also write a crop of each object: crops/CLASS/NAME-N.jpg")
  private boolean crops;

  private DrawingStyle style = DrawingStyle.STANDARD;

  /** Rejects invalid values and reads the colors. */
  void check() throws IOException {
    if (lineWidth != null && (lineWidth < 1 || lineWidth > WIDEST)) {
      throw new UsageException("--line-width " + lineWidth + ": expected 1 to " + WIDEST);
    }
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new UsageException("--alpha " + alpha + ": expected 0 to 1");
    }
    boolean perInstance = colours.equals(PER_INSTANCE);
    Palette palette = Palette.distinct();
    if (!perInstance && !colours.equals(PER_CLASS)) {
      palette = Palette.read(file(colours));
    }
    style =
        new DrawingStyle(
            lineWidth == null ? 0 : lineWidth,
            alpha,
            palette,
            perInstance,
            !hideLabels,
            !hideBoxes,
            !hideMasks,
            false);
  }

  private static Path file(String name) {
    Path file = Path.of(name);
    if (!Files.exists(file)) {
      throw new UsageException(
          "--palette " + name + ": expected class, instance or a file; this file does not exist");
    }
    return file;
  }

  DrawingStyle style() {
    return style;
  }

  boolean cutsOut() {
    return crops;
  }

  /**
   * Writes the object crops of an image, and returns their paths relative to the output directory.
   */
  List<String> cutOut(Prediction prediction, Image image, Path out, String name)
      throws IOException {
    List<String> files = new ArrayList<>();
    for (Path file : prediction.saveCutouts(image, out.resolve(CROPS), name)) {
      files.add(Path.of(CROPS).resolve(file).toString());
    }
    return files;
  }
}
