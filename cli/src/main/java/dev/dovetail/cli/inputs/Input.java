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
 * An input of a prediction, stored in a file.
 *
 * @param name the name in results and messages: the file or URL that the user specified
 * @param shortName the name without directories, used to name output files
 * @param file its location, possibly that of a copy
 * @param kind how to read it
 */
public record Input(String name, String shortName, Path file, Kind kind) {

  /** How an input is read. */
  public enum Kind {
    /** An image file. */
    IMAGE,
    /** A video file. */
    VIDEO,
    /** A device that delivers frames until it is stopped. */
    CAMERA
  }

  /** File name extensions of videos. */
  static final Set<String> VIDEO_ENDINGS =
      Set.of(
          "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "mts", "m2ts", "wmv", "flv",
          "ogv", "3gp", "asf");

  private static final Pattern CAMERA = Pattern.compile("/dev/video\\d+");

  private static final Pattern NOT_IN_NAMES = Pattern.compile("[\\\\/:*?\"<>|\\p{Cntrl}]");

  /** Creates an input from a file of the user. */
  static Input of(Path file) {
    return new Input(file.toString(), file.getFileName().toString(), file, kind(file));
  }

  /**
   * Creates an input from a downloaded or piped copy.
   *
   * @param name the location that the user specified
   * @param shortName may contain characters that some file systems do not allow; they are replaced
   */
  static Input copied(String name, String shortName, Path copy, Kind kind) {
    return new Input(name, NOT_IN_NAMES.matcher(shortName).replaceAll("_"), copy, kind);
  }

  /** Returns whether a name is a webcam's device file on Linux. */
  static boolean isCamera(String name) {
    return CAMERA.matcher(name).matches();
  }

  private static Kind kind(Path file) {
    if (isCamera(file.toString())) {
      return Kind.CAMERA;
    }
    return DataFolder.hasEnding(file, VIDEO_ENDINGS) ? Kind.VIDEO : Kind.IMAGE;
  }

  /** Returns the content as a single image. */
  public ImageSource image() {
    return isCopy() ? new Copy(name, file) : ImageSource.of(file);
  }

  /** Returns the path to write to lists of results. For a copy, this is only its name. */
  public Path writtenFile() {
    return isCopy() ? Path.of(shortName) : file;
  }

  private boolean isCopy() {
    return !name.equals(file.toString());
  }

  /** Returns whether the input is a single image. */
  public boolean isImage() {
    return kind == Kind.IMAGE;
  }

  /** A file with a different name in messages. */
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
