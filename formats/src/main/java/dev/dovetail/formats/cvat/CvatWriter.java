package dev.dovetail.formats.cvat;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import dev.dovetail.formats.xml.XmlWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Writes a file of the format CVAT for images 1.1, image by image; {@link CvatAnnotations} reads
 * it. Boxes are written as boxes, outlines as polygons (with one group for each object), and run
 * lengths as masks.
 */
public final class CvatWriter implements Closeable {

  private final OutputFile file;
  private final XmlWriter xml;
  private boolean ended;
  private int images;
  private int groups;

  /**
   * Starts a new file. It replaces an existing one when it is finished.
   *
   * @param target the file to write
   * @param labels the names of the classes
   * @throws IOException if the file cannot be written
   */
  public CvatWriter(Path target, List<String> labels) throws IOException {
    this.file = OutputFile.create(target);
    this.xml = new XmlWriter(file.open(), "annotations");
    xml.text("version", "1.1");
    xml.start("meta");
    xml.start("task");
    xml.start("labels");
    for (String label : labels) {
      xml.start("label");
      xml.text("name", label);
      xml.end();
    }
    xml.end();
    xml.end();
    xml.end();
  }

  /**
   * Appends an image.
   *
   * @param image with its objects
   * @throws IOException if the file cannot be written
   */
  public void add(LabelledImage image) throws IOException {
    xml.start(
        "image",
        "id",
        images++,
        "name",
        image.fileName(),
        "width",
        image.size().width(),
        "height",
        image.size().height());
    for (LabelledObject object : image.objects()) {
      if (object.segmentation() instanceof Segmentation.Polygons polygons) {
        int group = polygons.parts().length > 1 ? ++groups : 0;
        for (double[] part : polygons.parts()) {
          shape("polygon", object, List.of("points", points(part)), group);
        }
      } else if (object.hasMask()) {
        mask(object, object.mask(image.size()));
      } else {
        Box box = object.box();
        double right = box.x() + box.width();
        double bottom = box.y() + box.height();
        shape(
            "box", object, List.of("xtl", box.x(), "ytl", box.y(), "xbr", right, "ybr", bottom), 0);
      }
    }
    xml.end();
  }

  private void mask(LabelledObject object, Rle mask) throws IOException {
    Rle.Box box = mask.box();
    shape(
        "mask",
        object,
        List.of(
            "rle",
            CvatMask.runs(mask),
            "left",
            box.x(),
            "top",
            box.y(),
            "width",
            box.width(),
            "height",
            box.height()),
        0);
  }

  private void shape(String kind, LabelledObject object, List<Object> where, int group)
      throws IOException {
    List<Object> attributes =
        new ArrayList<>(List.of("label", object.category(), "source", "manual", "occluded", 0));
    attributes.addAll(where);
    attributes.addAll(List.of("z_order", 0));
    if (group > 0) {
      attributes.addAll(List.of("group_id", group));
    }
    xml.start(kind, attributes.toArray());
    if (object.difficult()) {
      xml.text("attribute", true, "name", CvatAnnotations.CROWD);
    }
    if (object.hasScore()) {
      xml.text("attribute", object.score(), "name", CvatAnnotations.SCORE);
    }
    xml.end();
  }

  private static String points(double... xy) {
    StringJoiner points = new StringJoiner(";");
    for (int i = 0; i + 1 < xy.length; i += 2) {
      points.add(xy[i] + "," + xy[i + 1]);
    }
    return points.toString();
  }

  /**
   * Ends the file and moves it into place.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    ended = true;
    xml.close();
    file.commit();
  }

  /** Discards an unfinished file. */
  @Override
  public void close() throws IOException {
    try (file) {
      if (!ended) {
        xml.close();
      }
    }
  }
}
