package dev.dovetail.formats.predictions;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects as a table (CSV, RFC 4180, UTF-8): one row for each object, and one without a class for
 * an image without objects. The columns are {@code image, width, height} in pixels, {@code class,
 * score} (empty in ground truth), {@code x, y, w, h} of the box in pixels, {@code difficult} (0 or
 * 1) and {@code rle}, COCO's compressed run lengths of the mask (empty without a mask). Columns may
 * be in any order. {@code score}, {@code difficult} and {@code rle} are optional.
 */
public final class ObjectsCsv implements Closeable {

  private static final List<String> COLUMNS =
      List.of("image", "width", "height", "class", "score", "x", "y", "w", "h", "difficult", "rle");

  private static final List<String> NEEDED = List.of("image", "width", "height", "class");

  private final OutputFile file;
  private final Writer out;

  /**
   * Starts a new file. It replaces an existing one when it is finished.
   *
   * @param target the file to write
   * @throws IOException if the file cannot be written
   */
  public ObjectsCsv(Path target) throws IOException {
    this.file = OutputFile.create(target);
    this.out = new BufferedWriter(new OutputStreamWriter(file.open(), StandardCharsets.UTF_8));
    row(COLUMNS.toArray());
  }

  /**
   * Appends an image.
   *
   * @param image with its objects
   * @throws IOException if the file cannot be written
   */
  public void add(LabelledImage image) throws IOException {
    int width = image.size().width();
    int height = image.size().height();
    if (image.objects().isEmpty()) {
      row(image.fileName(), width, height, "", "", "", "", "", "", "", "");
    }
    for (LabelledObject object : image.objects()) {
      Box b = object.box();
      row(
          image.fileName(),
          width,
          height,
          object.category(),
          object.hasScore() ? object.score() : "",
          b.x(),
          b.y(),
          b.width(),
          b.height(),
          object.difficult() ? 1 : 0,
          object.hasMask() ? object.mask(image.size()).compressed() : "");
    }
  }

  private void row(Object... cells) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      String text = cells[i].toString();
      boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      out.write(i == 0 ? "" : ",");
      out.write(plain ? text : "\"" + text.replace("\"", "\"\"") + "\"");
    }
    out.write("\n");
  }

  /**
   * Ends the file and moves it into place.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    out.close();
    file.commit();
  }

  /** Discards an unfinished file. */
  @Override
  public void close() throws IOException {
    try (file) {
      out.close();
    }
  }

  /**
   * Reads a file.
   *
   * @param source the file
   * @return the images, in the order of their first rows
   * @throws FormatException naming file, line and column
   */
  public static List<LabelledImage> read(Path source) throws IOException {
    CsvRows rows = CsvRows.read(source);
    for (String column : NEEDED) {
      rows.require(column);
    }
    Map<String, Size> sizes = new LinkedHashMap<>();
    Map<String, List<LabelledObject>> objects = new LinkedHashMap<>();
    while (rows.next()) {
      String image = rows.text("image");
      Size size = new Size(rows.side("height"), rows.side("width"));
      Size before = sizes.putIfAbsent(image, size);
      if (before != null && !before.equals(size)) {
        throw rows.error(
            "width", "the size of the image is " + size + ", but a row above has " + before);
      }
      objects.computeIfAbsent(image, name -> new ArrayList<>());
      if (!rows.textOrEmpty("class").isEmpty()) {
        objects.get(image).add(object(rows, size));
      }
    }
    List<LabelledImage> images = new ArrayList<>();
    sizes.forEach(
        (image, size) ->
            images.add(
                new LabelledImage(
                    source + ": " + image,
                    LabelledImage.stem(image),
                    image,
                    size,
                    objects.get(image))));
    return images;
  }

  private static LabelledObject object(CsvRows rows, Size size) throws FormatException {
    String name = rows.text("class");
    Box box = new Box(rows.number("x"), rows.number("y"), rows.number("w"), rows.number("h"));
    LabelledObject object = LabelledObject.of(name, box);
    String runs = rows.textOrEmpty("rle");
    if (!runs.isEmpty()) {
      try {
        object = LabelledObject.of(name, Rle.ofCompressed(size.height(), size.width(), runs));
      } catch (IllegalArgumentException e) {
        throw rows.error("rle", e.getMessage());
      }
    }
    double score = rows.textOrEmpty("score").isEmpty() ? Double.NaN : rows.number("score");
    boolean difficult = rows.textOrEmpty("difficult").equals("1");
    return new LabelledObject(name, box, object.segmentation(), score, difficult);
  }
}
