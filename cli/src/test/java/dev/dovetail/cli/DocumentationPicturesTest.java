package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.SegmentPainter;
import dev.dovetail.testing.SharedFolder;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the pictures of the documentation that show a page or a result, of our own set and models.
 * With the system property {@code dovetail.pictures.renew} they replace those of {@code docs}.
 */
@Tag("slow")
class DocumentationPicturesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 200_000;
  private static final int WIDE = 1024;

  /** The scene of which objects and segments are shown. */
  private static final int SCENE = 1;

  @TempDir static Path folder;
  private static Path demo;

  @BeforeAll
  static void runTheDemo() {
    demo = folder.resolve("demo");
    CommandLineRun.of("demo", demo).succeeded();
  }

  /** Where a picture is made. */
  private static Path place(String name) {
    return System.getProperty("dovetail.pictures.renew") == null
        ? folder.resolve(name)
        : docs().resolve(name);
  }

  private static Path docs() {
    return SharedFolder.projectRoot().resolve("docs");
  }

  /** Fails unless it is a picture of the size, shows something, and is small. */
  private static void check(String name, int width, int height) throws IOException {
    BufferedImage picture = ImageIO.read(place(name).toFile());
    assertEquals(width + "x" + height, picture.getWidth() + "x" + picture.getHeight(), name);
    double sum = 0;
    double squares = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int green = picture.getRGB(x, y) >> 8 & 0xff;
        sum += green;
        squares += green * green;
      }
    }
    double n = width * (double) height;
    double deviation = Math.sqrt(squares / n - sum / n * (sum / n));
    assertTrue(deviation > 10, name + " is nearly blank: a deviation of " + deviation);
    assertTrue(Files.size(place(name)) < MOST_BYTES, name + ": " + Files.size(place(name)));
    assertTrue(Files.exists(docs().resolve(name)), name + " is not in docs");
  }

  private static void writeJpeg(BufferedImage picture, Path file) throws IOException {
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam quality = writer.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(0.85f);
    try (OutputStream out = Files.newOutputStream(file);
        ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture, null, null), quality);
    } finally {
      writer.dispose();
    }
  }

  /**
   * Pictures in rows, each in a tile of one size; a legend at the right of a picture is cut off.
   */
  private static BufferedImage sheet(List<Path> files, int columns, Size tile, int gap)
      throws IOException {
    int rows = (files.size() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(
            columns * (tile.width() + gap) - gap,
            rows * (tile.height() + gap) - gap,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(java.awt.Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    for (int i = 0; i < files.size(); i++) {
      int x = i % columns * (tile.width() + gap);
      int y = i / columns * (tile.height() + gap);
      BufferedImage picture = ImageIO.read(files.get(i).toFile());
      int high = picture.getHeight();
      int wide = Math.min(picture.getWidth(), high * tile.width() / tile.height());
      int right = x + tile.width();
      int bottom = y + tile.height();
      graphics.drawImage(picture, x, y, right, bottom, 0, 0, wide, high, null);
    }
    graphics.dispose();
    return sheet;
  }

  /** The first pictures of a directory, by their names. */
  private static List<Path> first(Path pictures, String ending, int n) throws IOException {
    try (Stream<Path> files = Files.list(pictures)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().limit(n).toList();
    }
  }

  @Test
  void picturesOfTheSetAndOfTheDemo() throws IOException {
    List<Path> scenes = first(demo.resolve("set/images/val"), ".png", 8);
    writeJpeg(sheet(scenes, 4, new Size(120, 160), 0), place("sample.jpg"));
    check("sample.jpg", 640, 240);
    List<Path> found = new ArrayList<>(first(demo.resolve("pictures/detection"), ".jpg", 3));
    found.addAll(first(demo.resolve("pictures/segmentation"), ".jpg", 3));
    writeJpeg(sheet(found, 3, new Size(240, 320), 6), place("demo.jpg"));
    check("demo.jpg", 972, 486);
  }

  @Test
  void picturesWithObjectsAndWithSegments() throws IOException {
    Path set = folder.resolve("drawn");
    Object[] size = {"--train", 1, "--val", 5, "--size", "360x480", "--seed", 11};
    CommandLineRun.of(Stream.concat(Stream.of("sample", set), Stream.of(size)).toArray())
        .succeeded();
    Path scene = first(set.resolve("images/val"), ".png", 5).get(SCENE);
    Path found = folder.resolve("found");
    CommandLineRun.of(
            "predict", "sample-mask-rcnn", scene, "--score-threshold", 0.6, "--out", found)
        .succeeded();
    writeJpeg(
        sheet(first(found, ".jpg", 1), 1, new Size(360, 480), 0), place("pictures-objects.jpg"));
    check("pictures-objects.jpg", 480, 360);
    Path panoptic = folder.resolve("panoptic.png");
    ImageWriter.write(panoptic, segments(set, scene));
    BufferedImage drawn = ImageIO.read(panoptic.toFile());
    Size whole = new Size(drawn.getHeight(), drawn.getWidth());
    writeJpeg(sheet(List.of(panoptic), 1, whole, 0), place("pictures-panoptic.jpg"));
    check("pictures-panoptic.jpg", drawn.getWidth(), 360);
  }

  /** The annotated segments of a scene as they are drawn. */
  private static Image segments(Path set, Path scene) throws IOException {
    JsonNode json = JSON.readTree(set.resolve("annotations/panoptic_val.json").toFile());
    List<String> classes = new ArrayList<>();
    Map<Integer, Integer> labels = new HashMap<>();
    for (JsonNode category : json.get("categories")) {
      labels.put(category.get("id").asInt(), classes.size());
      classes.add(category.get("name").asText());
    }
    for (JsonNode image : json.get("annotations")) {
      Path map = set.resolve("annotations/panoptic_val").resolve(image.get("file_name").asText());
      if (map.getFileName().toString().equals(scene.getFileName().toString())) {
        IdMap ids = IdPng.read(map);
        int[] numbers = new int[ids.ids().length];
        List<PanopticMap.Segment> segments = new ArrayList<>();
        for (JsonNode segment : image.get("segments_info")) {
          int number = segments.size() + 1;
          int id = segment.get("id").asInt();
          Arrays.setAll(numbers, i -> ids.ids()[i] == id ? number : numbers[i]);
          int area = (int) Arrays.stream(numbers).filter(v -> v == number).count();
          int label = labels.get(segment.get("category_id").asInt());
          segments.add(new PanopticMap.Segment(number, label, Float.NaN, area));
        }
        PanopticMap drawn = new PanopticMap(new IdMap(ids.size(), numbers), segments);
        SegmentPainter painter = new SegmentPainter(classes, DrawingStyle.STANDARD);
        return painter.withLegend(painter.draw(ImageReader.read(scene), drawn), drawn);
      }
    }
    throw new IOException(scene + " has no segments");
  }

  /** A page that is shown. */
  private record Shown(String name, String page, int height) {}

  @Test
  void pagesOfReports() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find(folder);
    Assumptions.assumeTrue(browser.isPresent(), "there is no Chromium to look at pages with");
    Path browsed = folder.resolve("browsed");
    CommandLineRun.of(
            "browse",
            demo.resolve("set/annotations/instances_val.json"),
            demo.resolve("detection/bbox.json"),
            "--images",
            demo.resolve("set/images/val"),
            "--out",
            browsed)
        .succeeded();
    Path reports = demo.resolve("reports");
    Path masks = reports.resolve("masks");
    Path classes = reports.resolve("classes");
    List<Shown> all =
        List.of(
            new Shown("report-overview.jpg", numbers(masks), 1000),
            new Shown("report-objects.jpg", pictures(masks, "view=objects&kind=confused"), 620),
            new Shown("report-images.jpg", pictures(masks, "view=images"), 620),
            new Shown("report-viewer.jpg", pictures(masks, "view=images&image=2"), 760),
            new Shown("report-errors.jpg", pictures(classes, "view=images&image=1"), 900),
            new Shown("browse.jpg", numbers(browsed), 1000));
    for (Shown shown : all) {
      Path png = folder.resolve(shown.name + ".png");
      browser.orElseThrow().picture(shown.page, WIDE, shown.height, png);
      Size size = new Size(shown.height, WIDE);
      writeJpeg(sheet(List.of(png), 1, size, 0), place(shown.name));
      check(shown.name, WIDE, shown.height);
    }
  }

  /** The page of numbers, without the names of temporary directories. */
  private static String numbers(Path report) throws IOException {
    String page = Files.readString(report.resolve("index.html"));
    String shown = page.replace(folder + "/", "");
    return Files.writeString(report.resolve("shown.html"), shown).toUri().toString();
  }

  private static String pictures(Path report, String state) {
    return report.resolve("pictures.html").toUri() + "#" + state;
  }
}
