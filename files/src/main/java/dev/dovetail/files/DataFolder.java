package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/**
 * Lists the files of a data set. Hidden files, whose names start with a dot, are excluded, as by
 * the shell's {@code *}: macOS stores a {@code ._NAME} next to each NAME. Directories named {@code
 * __MACOSX} are excluded as well.
 */
public final class DataFolder {

  private static final String MACOS = "__MACOSX";

  private DataFolder() {}

  /**
   * Returns all files in a directory and its subdirectories, sorted. Symbolic links are followed,
   * and cycles only once. A dangling link is listed, so that its reader reports it. Pipes and
   * devices are excluded.
   *
   * @param folder the directory
   * @return the files
   * @throws IOException if a directory cannot be read
   */
  public static List<Path> files(Path folder) throws IOException {
    return files(folder, Integer.MAX_VALUE);
  }

  /**
   * Returns the files in a directory and its subdirectories up to a depth, sorted.
   *
   * @param folder the directory
   * @param depth the number of levels; 1 for only the directory itself
   * @return the files
   * @throws IOException if a directory cannot be read
   */
  public static List<Path> files(Path folder, int depth) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Collector(folder, files));
    files.sort(null);
    return files;
  }

  private static final class Collector extends SimpleFileVisitor<Path> {

    private final Path root;
    private final List<Path> files;

    Collector(Path root, List<Path> files) {
      this.root = root;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return folder.equals(root) || !isHidden(folder)
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      // Directories at the maximum depth and dangling links are visited as files.
      if (!isHidden(file) && (attributes.isRegularFile() || attributes.isSymbolicLink())) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemLoopException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  /**
   * {@return whether the name of a file or directory excludes it from the data}
   *
   * @param file a file or directory
   */
  public static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") || name.equals(MACOS);
  }

  /**
   * {@return whether a file has one of these extensions, ignoring case}
   *
   * @param file the file
   * @param endings extensions in lower case without the dot: {@code jpg}
   */
  public static boolean hasEnding(Path file, Collection<String> endings) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && endings.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * {@return the relative path of a file with {@code /} as separator and without extension, which
   * matches an image with its labels}
   *
   * @param folder the directory
   * @param file a file in it or in a subdirectory
   */
  public static String stem(Path folder, Path file) {
    StringBuilder path = new StringBuilder();
    folder.relativize(file).forEach(part -> path.append(path.isEmpty() ? "" : "/").append(part));
    int dot = path.lastIndexOf(".");
    return dot > path.lastIndexOf("/") + 1 ? path.substring(0, dot) : path.toString();
  }
}
