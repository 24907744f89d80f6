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

/** The files that a user names: themselves, by a folder, or by a pattern. */
public final class InputFiles {

  private final Set<String> endings;
  private final String plural;
  private final @Nullable Path out;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param endings of the files that folders and patterns stand for
   * @param plural what these files are called
   * @param out a folder of results, which are not inputs of the next run; null if there is none
   */
  InputFiles(Set<String> endings, String plural, @Nullable Path out) {
    this.endings = endings;
    this.plural = plural;
    this.out = out == null ? null : out.toAbsolutePath().normalize();
  }

  /**
   * All images, in the order given, those of folders and patterns sorted by name; each once.
   *
   * @throws UsageException if a name is neither a file, a folder nor a pattern that matches
   */
  public static List<Path> images(List<String> inputs) throws IOException {
    InputFiles images = new InputFiles(ImageFormat.ENDINGS, "images", null);
    List<Path> found = new ArrayList<>();
    for (String input : inputs) {
      found.addAll(images.find(input));
    }
    return found.stream().distinct().toList();
  }

  /**
   * The files that a name stands for.
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
            ? "there are no " + plural + " in the folder " + input + " or below it"
            : Input.isCamera(input)
                ? "no such webcam: " + input + "; " + cameras()
                : "no such file: "
                    + input
                    + (firstWildcard(input) < 0
                        ? hint(input)
                        : "; as a pattern it matches no file"));
  }

  /** What there is instead; no device is opened. */
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
        ? "this machine has none (is it connected?)"
        : "there is " + String.join(", ", there);
  }

  private static String hint(String input) {
    return input.matches("\\d+")
        ? "; a webcam is named by its device: /dev/video" + input
        : DidYouMean.near(path(input));
  }

  /** {@return what a user should know of the files that were left out} */
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

  /** The file that a name is of, if it can be one. */
  static Path path(String input) {
    try {
      return Path.of(input);
    } catch (InvalidPathException e) {
      throw new UsageException("'" + input + "' cannot be a file: " + e.getReason());
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
          "no such file: " + input + "; as a pattern it is invalid: " + e.getDescription());
    }
  }

  /** Without the results of an earlier run, unless the folder itself is theirs. */
  private List<Path> list(Path folder, int depth, Predicate<Path> wanted) throws IOException {
    List<Path> files = DataFolder.files(folder, depth).stream().filter(wanted).toList();
    Optional<Path> results = results(folder);
    if (results.isEmpty()) {
      return files;
    }
    List<Path> kept =
        files.stream()
            .filter(file -> !file.toAbsolutePath().normalize().startsWith(results.get()))
            .toList();
    if (kept.size() < files.size()) {
      notes.add(out(results.get()) + ", where results are written, is left out of the inputs");
    }
    return kept;
  }

  /** Where results lie, if that is below the folder. */
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
