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
 * A folder of a data set. What begins with a dot is not data, as for a shell's {@code *}: macOS
 * keeps a {@code ._NAME} beside each NAME. Nor is what is in a folder {@code __MACOSX}.
 */
public final class DataFolder {

  private static final String MACOS = "__MACOSX";

  private DataFolder() {}

  /**
   * All files in a folder and below it, sorted. Symbolic links are followed, those in a circle
   * once; one that leads nowhere is listed, so that its reader says so. Pipes and devices are left
   * out.
   *
   * @param folder the folder
   * @return the files
   * @throws IOException if a folder cannot be read
   */
  public static List<Path> files(Path folder) throws IOException {
    return files(folder, Integer.MAX_VALUE);
  }

  /**
   * The files in a folder and in so many levels of folders, sorted.
   *
   * @param folder the folder
   * @param depth 1 for the folder itself
   * @return the files
   * @throws IOException if a folder cannot be read
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
      // A directory is given as a file where the levels end, a link where it leads nowhere.
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
   * {@return whether a file or folder is not data by its name}
   *
   * @param file a file or folder
   */
  public static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") || name.equals(MACOS);
  }

  /**
   * {@return whether a file's name ends so, in capitals or not}
   *
   * @param file the file
   * @param endings in small letters and without the dot: {@code jpg}
   */
  public static boolean hasEnding(Path file, Collection<String> endings) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && endings.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * {@return the path of a file below a folder with {@code /} between its parts and without the
   * ending of its name, by which an image and its labels know each other}
   *
   * @param folder the folder
   * @param file a file in it, or below
   */
  public static String stem(Path folder, Path file) {
    StringBuilder path = new StringBuilder();
    folder.relativize(file).forEach(part -> path.append(path.isEmpty() ? "" : "/").append(part));
    int dot = path.lastIndexOf(".");
    return dot > path.lastIndexOf("/") + 1 ? path.substring(0, dot) : path.toString();
  }
}
