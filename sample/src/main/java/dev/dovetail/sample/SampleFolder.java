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
 * The folder of a set. The set is made in a hidden folder in it and moved into place when it is
 * whole, the file that says so last. Nothing but what a set consists of is ever replaced.
 */
final class SampleFolder implements Closeable {

  /** Says that the folder holds a whole set, and which. */
  static final String MARK = "sample-set.json";

  private static final String UNFINISHED = ".dovetail-sample";

  /** How the file begins. */
  private static final String OWN = "{\"dovetail\": \"sample set\"";

  /** What a set consists of, in the order in which it gets its place. */
  private static final List<String> PARTS = List.of("images", "annotations", "classes.txt", MARK);

  private final Path folder;
  private final TemporaryFolder unfinished;

  private SampleFolder(Path folder, TemporaryFolder unfinished) {
    this.folder = folder;
    this.unfinished = unfinished;
  }

  /** The text of the file that says that the set is whole. */
  static String mark(SampleOptions options) {
    return OWN
        + (", \"train\": " + options.train() + ", \"val\": " + options.val())
        + (", \"height\": " + options.size().height() + ", \"width\": " + options.size().width())
        + (", \"seed\": " + options.seed() + "}\n");
  }

  /**
   * Begins a set.
   *
   * @throws IOException if the folder holds other things, and is not to be written over
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
            folder + " is not a directory; give one that is empty or does not exist yet");
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
                  + (" is not empty (it holds " + entry.getFileName())
                  + (") and is not a sample set; give another directory, or --overwrite to replace "
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

  /** Where the set is made. */
  Path path() {
    return unfinished.path();
  }

  /** Puts the set, which is whole, in its place; what was there is gone when this is closed. */
  void finish() throws IOException {
    Path old = Files.createDirectory(path().resolve("replaced"));
    for (int i = PARTS.size() - 1; i >= 0; i--) { // first of all nobody may take it for whole
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
