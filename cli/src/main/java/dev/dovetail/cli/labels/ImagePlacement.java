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

/** Puts the images of a set where a format expects them beside its labels. */
public final class ImagePlacement {

  /** How a file gets to its place. */
  public enum Kind {
    /** As a copy. */
    COPY,
    /** As a symbolic link to where the image is. */
    LINK;

    /** As it is written: {@code copy}. */
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
   * Begins a folder of images.
   *
   * @param images where they are
   * @param folder as {@link #folder} names it
   * @param warnings counts images that are missing
   */
  public ImagePlacement(Kind kind, ImageFiles images, Path folder, Warnings warnings) {
    this.kind = kind;
    this.images = images;
    this.folder = folder;
    this.warnings = warnings;
  }

  /** The name of the folder in which a format has its images; empty if it has none. */
  public static Optional<String> folder(LabelFormat format) {
    return format == LabelFormat.YOLO
        ? Optional.of("images")
        : VOC.contains(format) ? Optional.of("JPEGImages") : Optional.empty();
  }

  /** Puts the file of an image there, by the name that its labels have. */
  public LabelledImage put(LabelledImage image) throws IOException {
    Optional<Path> file = images.file(image.fileName());
    if (file.isEmpty()) {
      warnings.add(
          "images that are not in the folder of images (not placed)",
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
          place, new IOException("this file system has no symbolic links; copy the images", e));
    }
    return image;
  }
}
