package dev.dovetail.eval.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.Slices;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.image.Pictures;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Writes the directory of a gallery: its pictures, and its data as scripts, because a page that is
 * opened from a disk may load scripts but not data. The data is split into files, so that a page
 * loads only the images that it needs.
 */
public final class GalleryFolder {

  /** The name of the directory beside its page. */
  public static final String NAME = "gallery";

  /** The number of images in a file of objects. */
  private static final int CHUNK = 100;

  /** The number of decimal places of a score. */
  private static final int SCORES = 10_000;

  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern PICTURE =
      Pattern.compile("([0-9]{6,9})(?:-([a-z]+))?\\.(?:jpg|png)");
  private static final Pattern OBJECTS = Pattern.compile("objects-([0-9]{1,9})\\.js");

  private final Path folder;
  private final PictureFiles files;

  private GalleryFolder(Path folder, PictureFiles files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Writes the data and the pictures of all images, on all processors.
   *
   * @param report the directory of the report; an older gallery there is replaced
   * @param pictures decodes photos
   * @param source of the images
   * @param step runs after each image
   * @throws IOException if a file cannot be read or written
   */
  public static void write(Path report, Pictures pictures, GallerySource source, Runnable step)
      throws IOException {
    Path folder = report.resolve(NAME);
    OutputFile.createFolder(folder);
    new GalleryFolder(folder, new PictureFiles(folder, pictures, source::seen)).write(source, step);
  }

  private void write(GallerySource source, Runnable step) throws IOException {
    int chunks = (source.images() + CHUNK - 1) / CHUNK;
    List<List<String>> rows =
        Slices.of(
            chunks,
            (from, to) -> {
              StringBuilder text = new StringBuilder();
              for (int chunk = from; chunk < to; chunk++) {
                text.append(chunk(source, chunk, step));
              }
              return List.of(text.toString());
            });
    String images = String.join("", rows.stream().flatMap(List::stream).toList());
    script("images.js", "gallery.images([\n" + images + "]);\n");
    script("info.js", "gallery.info(" + info(source) + ");\n");
    removeOld(source, chunks);
  }

  /** Removes the remaining files of an older gallery with more images. */
  private void removeOld(GallerySource source, int chunks) throws IOException {
    List<String> layers = source.info().layers().stream().map(GalleryInfo.Layer::id).toList();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher picture = PICTURE.matcher(file.getFileName().toString());
        Matcher objects = OBJECTS.matcher(file.getFileName().toString());
        boolean old =
            picture.matches()
                ? Integer.parseInt(picture.group(1)) >= source.images()
                    || (picture.group(2) != null && !layers.contains(picture.group(2)))
                : objects.matches() && Integer.parseInt(objects.group(1)) >= chunks;
        if (old) {
          Files.delete(file);
        }
      }
    }
  }

  private void script(String name, String text) throws IOException {
    OutputFile.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the objects of some images and returns the images. */
  private String chunk(GallerySource source, int chunk, Runnable step) throws IOException {
    StringBuilder rows = new StringBuilder();
    StringBuilder objects = new StringBuilder("gallery.objects(" + chunk + ",[\n");
    int to = Math.min(source.images(), (chunk + 1) * CHUNK);
    for (int i = chunk * CHUNK; i < to; i++) {
      GalleryImage image = source.image(i, files);
      rows.append(json(out -> writeImage(out, image))).append(",\n");
      objects.append(json(out -> writeObjects(out, image))).append(",\n");
      step.run();
    }
    script("objects-" + chunk + ".js", objects.append("]);\n").toString());
    return rows.toString();
  }

  private interface Written {
    void to(JsonGenerator json) throws IOException;
  }

  private static String json(Written written) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      written.to(json);
    }
    return text.toString();
  }

  /** {@code [name, width, height, photo, [values], [classes]]}. */
  private static void writeImage(JsonGenerator json, GalleryImage image) throws IOException {
    json.writeStartArray();
    json.writeString(image.name());
    json.writeNumber(image.size().width());
    json.writeNumber(image.size().height());
    json.writeNumber(image.hasPhoto() ? 1 : 0);
    json.writeStartArray();
    for (double value : image.values()) {
      number(json, value, 10_000);
    }
    json.writeEndArray();
    int[] classes = image.objects().stream().mapToInt(GalleryObject::label).distinct().toArray();
    json.writeArray(classes, 0, classes.length);
    json.writeEndArray();
  }

  /**
   * {@code [[kind, class, score, x, y, width, height, area, partner, overlap, is, as, path,
   * [keypoints]]]}.
   */
  private static void writeObjects(JsonGenerator json, GalleryImage image) throws IOException {
    json.writeStartArray();
    for (GalleryObject object : image.objects()) {
      json.writeStartArray();
      json.writeNumber(object.kind());
      json.writeNumber(object.label());
      score(json, object.score());
      number(json, object.box().x(), 10);
      number(json, object.box().y(), 10);
      number(json, object.box().width(), 10);
      number(json, object.box().height(), 10);
      number(json, object.area(), 1);
      json.writeNumber(object.match().partner());
      number(json, object.match().overlap(), 1000);
      json.writeNumber(object.match().is());
      json.writeNumber(object.match().takenAs());
      boolean points = object.keypoints().length > 0;
      if (points || !object.outline().isEmpty()) {
        json.writeString(path(object.outline()));
      }
      if (points) {
        json.writeStartArray();
        for (double value : object.keypoints()) {
          number(json, value, 10);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** Returns an outline as an SVG path. */
  private static String path(List<double[]> outline) {
    StringBuilder path = new StringBuilder();
    for (double[] line : outline) {
      long x = 0;
      long y = 0;
      for (int i = 0; i + 1 < line.length; i += 2) {
        long nextX = Math.round(line[i]);
        long nextY = Math.round(line[i + 1]);
        path.append(i == 0 ? "M" : i == 2 ? "l" : " ");
        path.append(nextX - x).append(nextY < y ? "" : " ").append(nextY - y);
        x = nextX;
        y = nextY;
      }
      path.append('z');
    }
    return path.toString();
  }

  /** Returns a score rounded down, so that a score below a threshold does not reach it. */
  private static void score(JsonGenerator json, double score) throws IOException {
    number(json, Math.floor(score * SCORES + 1e-6) / SCORES, SCORES);
  }

  private static void number(JsonGenerator json, double value, int digits) throws IOException {
    double rounded = Math.rint(value * digits) / digits;
    if (!Double.isFinite(rounded)) {
      json.writeNull();
    } else if (rounded == Math.rint(rounded)) {
      json.writeNumber((long) rounded);
    } else {
      json.writeNumber(rounded);
    }
  }

  private String info(GallerySource source) throws IOException {
    GalleryInfo info = source.info();
    return json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("chunk", CHUNK);
          json.writeStringField("overlap", info.overlap());
          json.writeFieldName("score");
          score(json, info.score());
          json.writeFieldName("classes");
          strings(json, info.classes());
          json.writeFieldName("colours");
          strings(
              json,
              IntStream.range(0, info.classes().size())
                  .mapToObj(k -> String.format(Locale.ROOT, "#%06x", files.pictures().colour(k)))
                  .toList());
          json.writeFieldName("sizes");
          json.writeStartArray();
          for (double size : DoubleStream.of(32 * 32, 96 * 96).toArray()) {
            number(json, size, 1);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("skeleton");
          for (int[] line : info.skeleton()) {
            json.writeArray(line, 0, line.length);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("kinds");
          for (Kind kind : info.kinds()) {
            json.writeStartObject();
            json.writeStringField("id", kind.id());
            json.writeStringField("name", kind.name());
            json.writeStringField("meaning", kind.meaning());
            json.writeStringField("look", kind.look().text());
            json.writeBooleanField("truth", kind.isTruth());
            json.writeBooleanField("error", kind.isError());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("measures");
          for (Measure measure : info.measures()) {
            json.writeStartObject();
            json.writeStringField("name", measure.name());
            json.writeBooleanField("percent", measure.isPercent());
            json.writeBooleanField("high", measure.isHighBad());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("layers");
          for (GalleryInfo.Layer layer : info.layers()) {
            json.writeStartArray();
            json.writeString(layer.id());
            json.writeString(layer.name());
            json.writeEndArray();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void strings(JsonGenerator json, List<String> all) throws IOException {
    json.writeArray(all.toArray(String[]::new), 0, all.size());
  }
}
