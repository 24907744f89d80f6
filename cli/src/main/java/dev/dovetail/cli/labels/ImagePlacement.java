package dev.dovetail.cli.labels;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Adds the images of a data set to its labels, in the directory that the format expects. */
public final class ImagePlacement {

  /** The method of adding an image. */
  public enum Kind {
    /** Copies the image. */
    COPY,
    /** Creates a symbolic link to the original file. */
    LINK;

    /** Returns the name as on the command line: {@code copy}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Set<LabelFormat> VOC = Set.of(LabelFormat.VOC, LabelFormat.VOC_MASKS);

  private final Kind kind;
  private final ImageFiles images;
  private final Path folder;
  private final Warnings warnings;

  /**
   * Creates a directory of images.
   *
   * @param images the original files
   * @param folder the directory, see {@link #folder}
   * @param warnings counts missing images
   */
  public ImagePlacement(Kind kind, ImageFiles images, Path folder, Warnings warnings) {
    this.kind = kind;
    this.images = images;
    this.folder = folder;
    this.warnings = warnings;
  }

  /** Returns the name of the image directory of a format; empty if it has none. */
  public static Optional<String> folder(LabelFormat format) {
    return format == LabelFormat.YOLO
        ? Optional.of("images")
        : VOC.contains(format) ? Optional.of("JPEGImages") : Optional.empty();
  }

  /** Adds an image, with the name of its labels. */
  public LabelledImage put(LabelledImage image) throws IOException {
    Optional<Path> file = images.file(image.fileName());
    if (file.isEmpty()) {
      warnings.add(
          "images that do not exist (not copied or linked)",
          () -> image.source() + ": " + image.fileName());
      return image;
    }
    String name = file.get().getFileName().toString();
    String ending = name.substring(LabelledImage.stem(name).length());
    Path place = FolderTarget.file(folder, image, ending);
    if (kind == Kind.COPY) {
      Files.copy(file.get(), place);
      return image;
    }
    try {
      Files.createSymbolicLink(place, file.get().toAbsolutePath().normalize());
    } catch (IOException | UnsupportedOperationException e) {
      throw new OutputException(
          place, new IOException("this file system does not support symbolic links; use copy", e));
    }
    return image;
  }
}
