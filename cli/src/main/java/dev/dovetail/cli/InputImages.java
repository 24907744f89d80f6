package dev.dovetail.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The image files that a user names: files, folders and globs. */
final class InputImages {

  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

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
                ? "there is no image in the folder " + input
                : "there is no file " + input + ", and as a pattern it matches none");
      }
      found.addAll(matches);
    }
    return found.stream().distinct().toList();
  }

  private static List<Path> matches(String input) throws IOException {
    Path path = Path.of(input);
    if (Files.isDirectory(path)) {
      return list(path, InputImages::isImage);
    }
    if (Files.exists(path)) {
      return List.of(path);
    }
    Path parent = path.getParent() == null ? Path.of("") : path.getParent();
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
    return list(parent, p -> glob.matches(p.getFileName()) && isImage(p));
  }

  private static List<Path> list(Path folder, java.util.function.Predicate<Path> wanted)
      throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isRegularFile).filter(wanted).sorted().toList();
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
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
