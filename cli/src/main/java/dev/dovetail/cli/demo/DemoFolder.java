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
 * The output directory of a demo. It contains a text file that identifies it. Only files of a demo
 * are ever replaced.
 *
 * @param path its path
 */
record DemoFolder(Path path) {

  private static final String MARK = "about.txt";

  /** The first words of the text file. */
  private static final String OWN = "Written by 'dovetail demo'";

  private static final String ABOUT =
      OWN
          + """
           , which replaces these files when it is run again.

          set           the generated images and their annotations (docs/sample.md)
          detection     boxes and masks predicted by sample-mask-rcnn, and metrics.json
          segmentation  the class of every pixel predicted by sample-upernet, and metrics.json
          pictures      some of the images with predictions
          reports       the scores as pages for a browser
          """;

  private static final List<String> PARTS =
      List.of("set", "detection", "segmentation", "pictures", "reports");

  /**
   * Creates the directory, or deletes the files of an earlier demo from it.
   *
   * @throws IOException if the path is not a directory, contains other files, or is not writable
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
            path + " is not a directory; specify a directory that is empty or does not exist yet");
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
                  + (" is not empty (it contains " + entry.getFileName())
                  + ") and was not written by 'dovetail demo'; specify another directory");
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

  /** The data set drawn for the demo. */
  Path set() {
    return path.resolve("set");
  }

  Path images() {
    return set().resolve("images").resolve("val");
  }

  /** Boxes and masks in COCO's format. */
  Path instances() {
    return set().resolve("annotations").resolve("instances_val.json");
  }

  /** Label maps in ADE20K's format. */
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
