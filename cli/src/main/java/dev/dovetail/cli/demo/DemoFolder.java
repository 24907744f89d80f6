package dev.dovetail.cli.demo;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.OutputFile;
import dev.dovetail.files.TemporaryFolder;
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
 * The folder of a demo. A text in it says that it is one; nothing but what a demo consists of is
 * ever replaced.
 *
 * @param path where it is
 */
record DemoFolder(Path path) {

  private static final String MARK = "about.txt";

  /** How the text begins. */
  private static final String OWN = "Written by 'dovetail demo'";

  private static final String ABOUT =
      OWN
          + """
           , which replaces what is here when it is run again.

          set           pictures that were drawn, and their annotations (docs/sample.md)
          detection     boxes and masks that sample-mask-rcnn finds, and metrics.json
          segmentation  the class of every pixel as sample-upernet has it, and metrics.json
          pictures      some of the pictures with what is found in them
          reports       the scores as pages for a browser
          """;

  private static final List<String> PARTS =
      List.of("set", "detection", "segmentation", "pictures", "reports");

  /**
   * Makes the folder, or takes what an earlier demo wrote out of it.
   *
   * @throws IOException if it is not a directory, holds other things, or cannot be written
   */
  static DemoFolder open(Path path) throws IOException {
    check(path);
    OutputFile.createFolder(path);
    OutputFile.write(path.resolve(MARK), ABOUT.getBytes(StandardCharsets.UTF_8));
    for (String part : PARTS) {
      new TemporaryFolder(path.resolve(part)).close();
    }
    return new DemoFolder(path);
  }

  static void check(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(
            path + " is not a directory; give one that is empty or does not exist yet");
      }
      return;
    }
    if (isOwn(path)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        if (!DataFolder.isHidden(entry)) {
          throw new IOException(
              path
                  + (" is not empty (it holds " + entry.getFileName())
                  + ") and was not written by 'dovetail demo'; give another directory");
        }
      }
    }
  }

  private static boolean isOwn(Path path) throws IOException {
    Path mark = path.resolve(MARK);
    if (!Files.isRegularFile(mark)) {
      return false;
    }
    byte[] own = OWN.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(mark)) {
      return Arrays.equals(own, in.readNBytes(own.length));
    }
  }

  /** A data set drawn for the demo. */
  Path set() {
    return path.resolve("set");
  }

  Path images() {
    return set().resolve("images").resolve("val");
  }

  /** Boxes and masks, COCO's format. */
  Path instances() {
    return set().resolve("annotations").resolve("instances_val.json");
  }

  /** Label maps, ADE20K's format. */
  Path labelMaps() {
    return set().resolve("annotations").resolve("val");
  }

  Path detection() {
    return path.resolve("detection");
  }

  Path segmentation() {
    return path.resolve("segmentation");
  }

  Path pictures() {
    return path.resolve("pictures");
  }

  Path reports() {
    return path.resolve("reports");
  }
}
