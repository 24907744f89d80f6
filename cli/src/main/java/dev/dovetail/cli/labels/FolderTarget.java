package dev.dovetail.cli.labels;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.labelme.LabelMeWriter;
import dev.dovetail.formats.voc.VocWriter;
import dev.dovetail.formats.yolo.YoloWriter;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Writes one file per image, at the image's relative path below a directory. */
final class FolderTarget implements LabelTarget {

  interface Writing {
    void write(Path file, LabelledImage image) throws IOException;
  }

  interface Ending {
    void write() throws IOException;
  }

  private final Path folder;
  private final String ending;
  private final Writing writing;
  private final Ending last;

  private FolderTarget(Path folder, String ending, Writing writing, Ending last) {
    this.folder = folder;
    this.ending = ending;
    this.writing = writing;
    this.last = last;
  }

  static LabelTarget yolo(TargetRequest request) throws IOException {
    YoloWriter writer = new YoloWriter(request.numbers(), request.warnings());
    OutputFile.createFolder(request.out().resolve("labels"));
    return new FolderTarget(
        request.out().resolve("labels"),
        ".txt",
        writer::write,
        () -> YoloWriter.writeYaml(request.out().resolve("data.yaml"), request.names()));
  }

  static LabelTarget voc(TargetRequest request) {
    return new FolderTarget(
        request.out().resolve("Annotations"),
        ".xml",
        (file, image) -> {
          for (LabelledObject object : image.objects()) {
            if (object.hasMask()) {
              request
                  .warnings()
                  .add(
                      "masks and outlines (ignored: VOC's XML stores only boxes; use --to"
                          + " voc-masks for masks)",
                      () -> image.source() + ": a " + object.category());
            }
          }
          VocWriter.write(file, image, request.pixels());
        },
        () -> {});
  }

  static LabelTarget labelMe(TargetRequest request) throws IOException {
    OutputFile.createFolder(request.out());
    return new FolderTarget(request.out(), ".json", LabelMeWriter::write, () -> {});
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    Path file = file(folder, image, ending);
    writing.write(file, image);
  }

  @Override
  public void finish() throws IOException {
    last.write();
  }

  @Override
  public void close() {
    // Each file is written atomically.
  }

  /**
   * Returns the file for an image, and creates its directory.
   *
   * @throws FormatException if the image's name points outside the directory
   */
  static Path file(Path folder, LabelledImage image, String ending) throws IOException {
    try {
      Path below = Path.of(image.name().replace('\\', '/') + ending);
      Path file = folder.resolve(below).normalize();
      if (!below.isAbsolute() && file.startsWith(folder.normalize())) {
        OutputFile.createFolder(file.getParent());
        return file;
      }
    } catch (InvalidPathException e) {
      // Not a valid file name either.
    }
    throw new FormatException(
        image.source()
            + (": the image's name is \"" + image.fileName() + "\", which is not a path below a")
            + " directory");
  }
}
