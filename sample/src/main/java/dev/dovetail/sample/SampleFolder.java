package dev.dovetail.sample;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.OutputFile;
import dev.dovetail.files.TemporaryFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The directory of a set. The set is drawn in a hidden subdirectory. When it is complete, it is
 * moved into place, the marker file last. Only the files of a set are ever replaced.
 */
final class SampleFolder implements Closeable {

  /** The marker file of a complete set, which contains its options. */
  static final String MARK = "sample-set.json";

  private static final String UNFINISHED = ".dovetail-sample";

  /** The start of the marker file. */
  private static final String OWN = "{\"dovetail\": \"sample set\"";

  /** The files and directories of a set, in the order in which they are moved into place. */
  private static final List<String> PARTS = List.of("images", "annotations", "classes.txt", MARK);

  private final Path folder;
  private final TemporaryFolder unfinished;

  private SampleFolder(Path folder, TemporaryFolder unfinished) {
    this.folder = folder;
    this.unfinished = unfinished;
  }

  /** Returns the content of the marker file. */
  static String mark(SampleOptions options) {
    return OWN
        + (", \"train\": " + options.train() + ", \"val\": " + options.val())
        + (", \"height\": " + options.size().height() + ", \"width\": " + options.size().width())
        + (", \"seed\": " + options.seed() + "}\n");
  }

  /**
   * Starts a set.
   *
   * @throws IOException if the directory contains other files and they must not be overwritten
   */
  static SampleFolder open(Path folder, boolean overwrite) throws IOException {
    check(folder, overwrite);
    OutputFile.createFolder(folder);
    return new SampleFolder(folder, TemporaryFolder.at(folder.resolve(UNFINISHED)));
  }

  static void check(Path folder, boolean overwrite) throws IOException {
    if (!Files.isDirectory(folder)) {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(
            folder + " is not a directory; specify one that is empty or does not exist yet");
      }
      return;
    }
    if (overwrite || isOwn(folder)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!DataFolder.isHidden(entry)) {
          throw new IOException(
              folder
                  + (" is not empty (it contains " + entry.getFileName())
                  + (") and is not a sample set; specify another directory, or --overwrite to replace "
                      + String.join(", ", PARTS))
                  + " in it");
        }
      }
    }
  }

  private static boolean isOwn(Path folder) throws IOException {
    Path mark = folder.resolve(MARK);
    if (!Files.isRegularFile(mark)) {
      return false;
    }
    byte[] own = OWN.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(mark)) {
      return Arrays.equals(own, in.readNBytes(own.length));
    }
  }

  /** Returns the directory in which the set is drawn. */
  Path path() {
    return unfinished.path();
  }

  /** Moves the complete set into place. The files that it replaces are deleted on close. */
  void finish() throws IOException {
    Path old = Files.createDirectory(path().resolve("replaced"));
    // The marker file is moved first, because the set is incomplete from then on.
    for (int i = PARTS.size() - 1; i >= 0; i--) {
      Path part = folder.resolve(PARTS.get(i));
      if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(part, old.resolve(PARTS.get(i)));
      }
    }
    for (String part : PARTS) {
      Files.move(path().resolve(part), folder.resolve(part));
    }
  }

  @Override
  public void close() {
    unfinished.close();
  }
}
