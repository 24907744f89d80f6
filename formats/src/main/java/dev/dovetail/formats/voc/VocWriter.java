package dev.dovetail.formats.voc;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import dev.dovetail.formats.xml.XmlWriter;
import java.io.IOException;
import java.nio.file.Path;

/** Writes annotation files of Pascal VOC, which contain boxes; {@link VocAnnotation} reads them. */
public final class VocWriter {

  private VocWriter() {}

  /**
   * Writes the file of one image; an existing one is replaced.
   *
   * @param file the file
   * @param image with its objects
   * @param pixels the meaning of the numbers of boxes
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, LabelledImage image, Pixels pixels) throws IOException {
    try (OutputFile out = OutputFile.create(file)) {
      try (XmlWriter xml = new XmlWriter(out.open(), "annotation")) {
        xml.text("filename", image.baseName());
        xml.start("size");
        xml.text("width", image.size().width());
        xml.text("height", image.size().height());
        xml.text("depth", 3);
        xml.end();
        xml.text("segmented", 0);
        for (LabelledObject object : image.objects()) {
          write(xml, object, pixels == Pixels.FROM_ONE ? 1 : 0);
        }
      }
      out.commit();
    }
  }

  private static void write(XmlWriter xml, LabelledObject object, int first) throws IOException {
    Box box = object.box();
    xml.start("object");
    xml.text("name", object.category());
    xml.text("difficult", object.difficult() ? 1 : 0);
    if (object.hasScore()) {
      xml.text("confidence", object.score());
    }
    xml.start("bndbox");
    xml.text("xmin", box.x() + first);
    xml.text("ymin", box.y() + first);
    xml.text("xmax", box.x() + box.width());
    xml.text("ymax", box.y() + box.height());
    xml.end();
    xml.end();
  }
}
