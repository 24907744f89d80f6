package dev.dovetail.cli;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/** The image files that a user names: files, folders and globs. */
final class InputImages {

  private InputImages() {}

  /**
   * All files, in the order given, folders and globs sorted by name; each once.
   *
   * @throws UsageException if a name is neither file, folder nor a glob that matches
   */
  static List<Path> find(List<String> inputs) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String input : inputs) {
      List<Path> matches = matches(input);
      if (matches.isEmpty()) {
        throw new UsageException(
            Files.isDirectory(Path.of(input))
                ? "there are no images in the folder "
                    + input
                    + ("; '" + Path.of(input, "**") + "' takes those in folders below it")
                : "no such file: " + input + "; as a pattern it matches no file");
      }
      found.addAll(matches);
    }
    return found.stream().distinct().toList();
  }

  private static List<Path> matches(String input) throws IOException {
    int wildcard = firstWildcard(input);
    if (wildcard < 0 || Files.exists(Path.of(input))) {
      Path path = Path.of(input);
      return Files.isDirectory(path)
          ? list(path, 1, InputImages::isImage)
          : Files.exists(path) ? List.of(path) : List.of();
    }
    String folder = input.substring(0, input.lastIndexOf('/', wildcard) + 1);
    if (!Files.isDirectory(Path.of(folder))) {
      return List.of();
    }
    PathMatcher glob = glob(input);
    int depth =
        input.contains("**") ? Integer.MAX_VALUE : count(input, '/') - count(folder, '/') + 1;
    return list(Path.of(folder), depth, p -> glob.matches(p) && isImage(p));
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

  private static List<Path> list(Path folder, int depth, Predicate<Path> wanted)
      throws IOException {
    return DataFolder.files(folder, depth).stream().filter(wanted).toList();
  }

  private static boolean isImage(Path file) {
    return DataFolder.hasEnding(file, ImageFormat.ENDINGS);
  }

  /** A name for each file's results: its own without the extension, made unique by a number. */
  static List<String> names(List<Path> files) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      int dot = name.lastIndexOf('.');
      String stem = dot > 0 ? name.substring(0, dot) : name;
      String unique = stem;
      for (int i = 2; !taken.add(unique); i++) {
        unique = stem + "-" + i;
      }
      names.add(unique);
    }
    return names;
  }
}
