package dev.dovetail.formats.cityscapes;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Results in the submission format of Cityscapes' benchmark: a file for each image, anywhere in a
 * directory, with a name that begins with {@code CITY_SEQUENCE_FRAME}.
 */
public final class SubmittedFiles {

  private final Path folder;
  private final String ending;
  private final NavigableMap<String, List<Path>> files = new TreeMap<>();
  private final Set<String> taken = new HashSet<>();

  /**
   * Lists the files.
   *
   * @param folder the directory
   * @param ending the file extension: {@code png} or {@code txt}
   * @throws IOException if it is not a directory or has no such file
   */
  public SubmittedFiles(Path folder, String ending) throws IOException {
    this.folder = folder;
    this.ending = ending;
    String expected = "CITY_SEQUENCE_FRAME*." + ending + " for each image";
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder + " is not a directory; expected one with " + expected);
    }
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, List.of(ending))) {
        files.computeIfAbsent(file.getFileName().toString(), k -> new ArrayList<>()).add(file);
      }
    }
    if (files.isEmpty()) {
      throw new FormatException(folder + " contains no results; expected " + expected);
    }
  }

  /**
   * Returns the file of an image.
   *
   * @param core the common prefix of the image's file names
   * @return the file; empty if there is none
   * @throws FormatException if there are two
   */
  public Optional<Path> find(String core) throws FormatException {
    String name = name(core);
    List<Path> found = new ArrayList<>();
    for (Map.Entry<String, List<Path>> file : files.tailMap(name, true).entrySet()) {
      if (!file.getKey().startsWith(name)) {
        break;
      }
      taken.add(file.getKey());
      found.addAll(file.getValue());
    }
    if (found.size() > 1) {
      throw new FormatException(
          "both " + found.get(0) + " and " + found.get(1) + " are results for " + name);
    }
    return found.stream().findFirst();
  }

  /**
   * {@return the expected path of an image's file}
   *
   * @param core the common prefix of the image's file names
   */
  public Path expected(String core) {
    return folder.resolve(name(core) + "." + ending);
  }

  /** {@return the files that were not requested for any image} */
  public List<Path> unused() {
    return files.entrySet().stream()
        .filter(file -> !taken.contains(file.getKey()))
        .flatMap(file -> file.getValue().stream())
        .toList();
  }

  private static String name(String core) {
    return core.substring(core.lastIndexOf('/') + 1);
  }
}
