package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Finds the files that a user specifies by name, directory or pattern. */
public final class InputFiles {

  private final Set<String> endings;
  private final String plural;
  private final @Nullable Path out;
  private final List<String> notes = new ArrayList<>();

  /**
   * Creates a finder.
   *
   * @param endings extensions of the files to find in directories and by patterns
   * @param plural a plural noun for these files
   * @param out the output directory, whose files are not inputs; null if there is none
   */
  InputFiles(Set<String> endings, String plural, @Nullable Path out) {
    this.endings = endings;
    this.plural = plural;
    this.out = out == null ? null : out.toAbsolutePath().normalize();
  }

  /**
   * Returns all images without duplicates, in the specified order. Images from directories and
   * patterns are sorted by name.
   *
   * @throws UsageException if a name is neither a file, a directory nor a pattern that matches a
   *     file
   */
  public static List<Path> images(List<String> inputs) throws IOException {
    InputFiles images = new InputFiles(ImageFormat.ENDINGS, "images", null);
    List<Path> paths = new ArrayList<>();
    for (String input : inputs) {
      paths.addAll(images.find(input));
    }
    return paths.stream().distinct().toList();
  }

  /**
   * Returns the files that a name matches.
   *
   * @throws UsageException if there are none
   */
  List<Path> find(String input) throws IOException {
    List<Path> matches = matches(input);
    if (!matches.isEmpty()) {
      return matches;
    }
    throw new UsageException(
        Files.isDirectory(path(input))
            ? "no " + plural + " in the directory " + input + " or its subdirectories"
            : Input.isCamera(input)
                ? "no such webcam: " + input + "; " + cameras()
                : "no such file: "
                    + input
                    + (firstWildcard(input) < 0
                        ? hint(input)
                        : "; interpreted as a pattern, it matches no file"));
  }

  /** Lists the webcams of this machine. No device is opened. */
  private static String cameras() throws IOException {
    Path devices = Path.of("/dev");
    List<String> there =
        Files.isDirectory(devices)
            ? DataFolder.files(devices, 1).stream()
                .map(Path::toString)
                .filter(Input::isCamera)
                .toList()
            : List.of();
    return there.isEmpty()
        ? "no webcam is connected to this machine"
        : "found: " + String.join(", ", there);
  }

  private static String hint(String input) {
    return input.matches("\\d+")
        ? "; specify a webcam by its device file: /dev/video" + input
        : DidYouMean.near(path(input));
  }

  /** {@return messages about ignored files} */
  List<String> notes() {
    return notes;
  }

  private List<Path> matches(String input) throws IOException {
    int wildcard = firstWildcard(input);
    if (wildcard < 0 || Files.exists(path(input))) {
      Path path = path(input);
      return Files.isDirectory(path)
          ? list(path, Integer.MAX_VALUE, this::isWanted)
          : Files.exists(path) ? List.of(path) : List.of();
    }
    String folder = input.substring(0, input.lastIndexOf('/', wildcard) + 1);
    if (!Files.isDirectory(Path.of(folder))) {
      return List.of();
    }
    PathMatcher glob = glob(input);
    int depth =
        input.contains("**") ? Integer.MAX_VALUE : count(input, '/') - count(folder, '/') + 1;
    return list(Path.of(folder), depth, p -> glob.matches(p) && isWanted(p));
  }

  /** Converts a name to a path. */
  static Path path(String input) {
    try {
      return Path.of(input);
    } catch (InvalidPathException e) {
      throw new UsageException("'" + input + "' is not a valid file name: " + e.getReason());
    }
  }

  private static int firstWildcard(String input) {
    for (int i = 0; i < input.length(); i++) {
      if ("*?[{".indexOf(input.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static int count(String text, char letter) {
    return (int) text.chars().filter(c -> c == letter).count();
  }

  private static PathMatcher glob(String input) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + input);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "no such file: "
              + input
              + "; interpreted as a pattern, it is invalid: "
              + e.getDescription());
    }
  }

  /** Removes the results of an earlier run, unless the directory itself is the output directory. */
  private List<Path> list(Path folder, int depth, Predicate<Path> filter) throws IOException {
    List<Path> files = DataFolder.files(folder, depth).stream().filter(filter).toList();
    Optional<Path> results = results(folder);
    if (results.isEmpty()) {
      return files;
    }
    List<Path> kept =
        files.stream()
            .filter(file -> !file.toAbsolutePath().normalize().startsWith(results.get()))
            .toList();
    if (kept.size() < files.size()) {
      notes.add(out(results.get()) + ", the output directory, is not searched for inputs");
    }
    return kept;
  }

  /** Returns the output directory if it is inside this directory. */
  private Optional<Path> results(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    return Optional.ofNullable(out).filter(o -> o.startsWith(root) && !o.equals(root));
  }

  private static Path out(Path results) {
    Path here = Path.of("").toAbsolutePath();
    return results.startsWith(here) ? here.relativize(results) : results;
  }

  private boolean isWanted(Path file) {
    return DataFolder.hasEnding(file, endings);
  }
}
