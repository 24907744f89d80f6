package dev.dovetail.cli.inputs;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageHeader;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Something to predict, which lies in a file.
 *
 * @param name what results and messages call it: the file or the URL that the user named
 * @param shortName its name without folders, by which its results are called
 * @param file where it is, which may be a copy
 * @param kind how it is read
 */
public record Input(String name, String shortName, Path file, Kind kind) {

  /** How an input is read. */
  public enum Kind {
    /** An image file. */
    IMAGE,
    /** A file of frames. */
    VIDEO,
    /** A device that gives frames until it is stopped. */
    CAMERA
  }

  /** How names of videos end. */
  static final Set<String> VIDEO_ENDINGS =
      Set.of(
          "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "mts", "m2ts", "wmv", "flv",
          "ogv", "3gp", "asf");

  private static final Pattern CAMERA = Pattern.compile("/dev/video\\d+");

  private static final Pattern NOT_IN_NAMES = Pattern.compile("[\\\\/:*?\"<>|\\p{Cntrl}]");

  /** A file of the user's. */
  static Input of(Path file) {
    return new Input(file.toString(), file.getFileName().toString(), file, kind(file));
  }

  /**
   * A copy of what is somewhere else.
   *
   * @param name where the user said that it is
   * @param shortName characters that some file systems do not allow are replaced
   */
  static Input copied(String name, String shortName, Path copy, Kind kind) {
    return new Input(name, NOT_IN_NAMES.matcher(shortName).replaceAll("_"), copy, kind);
  }

  /** Whether a name is that of a webcam, as Linux calls them. */
  static boolean isCamera(String name) {
    return CAMERA.matcher(name).matches();
  }

  private static Kind kind(Path file) {
    if (isCamera(file.toString())) {
      return Kind.CAMERA;
    }
    return DataFolder.hasEnding(file, VIDEO_ENDINGS) ? Kind.VIDEO : Kind.IMAGE;
  }

  /** Its content as one image. */
  public ImageSource image() {
    return isCopy() ? new Copy(name, file) : ImageSource.of(file);
  }

  /** The file as lists of results name it: of a copy its own name alone. */
  public Path writtenFile() {
    return isCopy() ? Path.of(shortName) : file;
  }

  private boolean isCopy() {
    return !name.equals(file.toString());
  }

  /** Whether it is a single image. */
  public boolean isImage() {
    return kind == Kind.IMAGE;
  }

  /** A file that messages call by another name. */
  private record Copy(String name, Path file) implements ImageSource {

    @Override
    public Image read() throws IOException {
      return ImageReader.decode(Files.readAllBytes(file), name);
    }

    @Override
    public Size size() throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return ImageHeader.storedSize(in, name);
      }
    }
  }
}
