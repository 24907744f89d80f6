package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoDataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {

  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;
  private static final List<String> CLASSES = List.of("dog", "cat", "ox");

  @TempDir Path folder;

  private Path images;
  private Path labels;
  private Path classes;
  private Path truth;

  @BeforeEach
  void makeFolders() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    labels = Files.createDirectory(folder.resolve("labels"));
    classes = Files.write(folder.resolve("names.txt"), CLASSES);
    truth = folder.resolve("gt.json");
  }

  private void image(String name) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    ImageIO.write(image, "png", images.resolve(name + ".png").toFile());
  }

  private void label(String name, String text) throws IOException {
    Files.writeString(labels.resolve(name), text);
  }

  private CommandLineRun yolo(Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "yolo", "--images", images));
    args.addAll(List.of("--labels", labels, "--classes", classes));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private CommandLineRun voc(Object... more) {
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "voc", "--labels", labels));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private CocoDataset read(Path file) throws IOException {
    return CocoDataset.read(file, new Warnings(Strictness.STRICT));
  }

  private static String voc(String objects) {
    return "<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height>"
        + ("<depth>3</depth></size>" + objects + "</annotation>");
  }

  private static String object(String name, String more, Object... sides) {
    return "<object><name>"
        + (name + "</name>" + more + "<bndbox><xmin>" + sides[0] + "</xmin><ymin>" + sides[1])
        + ("</ymin><xmax>" + sides[2] + "</xmax><ymax>" + sides[3] + "</ymax></bndbox>")
        + "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>";
  }

  @Test
  void yoloRoundTripPreservesBoxesAndItsDetectionsScoreOne() throws IOException {
    for (long seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      List<Box> boxes = new ArrayList<>();
      for (String name : List.of("b", "a")) {
        image(name);
        StringBuilder lines = new StringBuilder();
        StringBuilder scored = new StringBuilder();
        for (int i = 0; i < 5; i++) {
          double w = 1 + random.nextInt(20);
          double h = 1 + random.nextInt(20);
          Box box = new Box(random.nextInt(40), random.nextInt(25), w, h);
          boxes.add("a".equals(name) ? i : boxes.size(), box);
          String line = i % 3 + " " + (box.x() + w / 2) / WIDTH + " " + (box.y() + h / 2) / HEIGHT;
          line += " " + w / WIDTH + " " + h / HEIGHT;
          lines.append(line).append('\n');
          scored.append(line).append(" 0.").append(9 - i).append('\n');
        }
        label(name + ".txt", lines.toString());
        Files.createDirectories(folder.resolve("found"));
        Files.writeString(folder.resolve("found").resolve(name + ".txt"), scored.toString());
      }
      yolo("--out", truth).succeeded();
      CocoDataset dataset = read(truth);
      assertEquals(
          List.of("a.png", "b.png"), dataset.images().stream().map(i -> i.fileName()).toList());
      for (int i = 0; i < boxes.size(); i++) {
        CocoAnnotation annotation = dataset.annotations().get(i);
        assertEquals(boxes.get(i).x(), annotation.box().x(), 1e-9, "seed " + seed);
        assertEquals(boxes.get(i).height(), annotation.box().height(), 1e-9, "seed " + seed);
        assertEquals(1 + i % 5 % 3, annotation.categoryId(), "seed " + seed);
      }
      Path found = folder.resolve("dt.json");
      CommandLineRun.of(
              "convert",
              "--from",
              "yolo",
              "--images",
              images,
              "--labels",
              folder.resolve("found"),
              "--classes",
              classes,
              "--detections-of",
              truth,
              "--out",
              found)
          .succeeded();
      String scores =
          CommandLineRun.of("score", "--type", "bbox", "--gt", truth, "--dt", found)
              .succeeded()
              .out();
      assertTrue(scores.contains("area=   all | maxDets=100 ] = 1.000"), scores);
    }
  }

  @Test
  void anOutlineBecomesAPolygonWithTheAreaOfItsPixels() throws IOException {
    image("a");
    label("a.txt", "1 0.125 0.25 0.5 0.25 0.5 0.75 0.125 0.75\n\n");
    yolo("--out", truth).succeeded();
    CocoAnnotation annotation = read(truth).annotations().get(0);
    assertEquals(new Box(8, 12, 24, 24), annotation.box());
    assertEquals(24 * 24, annotation.area());
    label("a.txt", "1 0.125 0.25 0.5 0.25 0.5 0.75 0.125 0.75 0.5");
    Path found = folder.resolve("dt.json");
    yolo("--detections-of", truth, "--out", found).succeeded();
    String scores =
        CommandLineRun.of("score", "--type", "segm", "--gt", truth, "--dt", found)
            .succeeded()
            .out();
    assertTrue(scores.contains("maxDets=100 ] = 1.000"), scores);
  }

  @Test
  void vocCountsPixelsFromOneAndItsDifficultObjectsAreIgnored() throws IOException {
    label(
        "a.xml",
        voc(
            object("ox", "<difficult>1</difficult>", 1, 1, 10, 20)
                + object("cat", "", 3, 4, 5, 6)));
    voc("--out", truth).succeeded();
    CocoDataset dataset = read(truth);
    assertEquals(List.of("cat", "ox"), dataset.categories().stream().map(c -> c.name()).toList());
    assertEquals(new Box(0, 0, 10, 20), dataset.annotations().get(0).box());
    assertEquals(CocoAnnotation.Crowd.YES, dataset.annotations().get(0).crowd());
    assertTrue(dataset.annotations().get(0).ignore());
    assertEquals(new Box(2, 3, 3, 3), dataset.annotations().get(1).box());
    voc("--zero-based", "--classes", classes, "--out", truth).succeeded();
    assertEquals(new Box(1, 1, 9, 19), read(truth).annotations().get(0).box());
    assertEquals(3, read(truth).annotations().get(0).categoryId());
  }

  @Test
  void aSplitSelectsAndOrdersTheImages() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      label(name + ".xml", voc("").replace("a.jpg", name + ".jpg"));
    }
    Path split = Files.writeString(folder.resolve("val.txt"), "c  1\nimages/a.jpg\n");
    voc("--split", split, "--out", truth).succeeded();
    assertEquals(
        List.of("c.jpg", "a.jpg"), read(truth).images().stream().map(i -> i.fileName()).toList());
    Files.writeString(split, "d\n");
    voc("--split", split, "--out", truth).failed(Main.USAGE, "val.txt", "\"d\" is not in");
  }

  @Test
  void errorsInLabelsAreReportedWithFileLineAndField() throws IOException {
    image("a");
    String[][] wrong = {
      {"0 0.5 0.5 0.1", "a.txt:1", "4 numbers"},
      {"0 0.5 0.5 0.1 0.1 0.9", "a.txt:1", "no score"},
      {"0 0.5 0.5 0.1 0.1\n7 0.5 0.5 0.1 0.1", "a.txt:2: field 1", "0 to 2"},
      {"0 0.5 x 0.1 0.1", "a.txt:1: field 3", "\"x\""},
      {"0 0.5 NaN 0.1 0.1", "a.txt:1: field 3", "NaN"},
      {"0 1e99 0 0 1 1 1", "a.txt:1: field 2", "fraction of the image"},
    };
    for (String[] w : wrong) {
      label("a.txt", w[0]);
      yolo("--out", truth).failed(Main.FAILED, w[1], w[2]);
    }
  }

  @Test
  void errorsInXmlAreReportedWithPositionAndNoOtherFileIsRead() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "7");
    String[][] wrong = {
      {voc("\n" + object("ox", "", 1, "x", 10, 20)), "a.xml:2: object[0].bndbox.ymin", "\"x\""},
      {voc("<object><name>ox</name></object>"), "object[0].bndbox.xmin", "is missing"},
      {voc("<object/>"), "object[0]", "missing <name>"},
      {"<annotation></annotation>", "a.xml:1: size.width", "is missing"},
      {voc("").replace("64", "6.5"), "size", "expected an integer"},
      {"<x/>", "a.xml:1", "expected <annotation>"},
      {voc("<object>"), "a.xml:1", "not valid XML"},
      {"", "a.xml", "not valid XML"},
      {
        "<!DOCTYPE a [<!ENTITY e SYSTEM \""
            + secret.toUri()
            + "\">]>"
            + voc(object("ox", "", "&e;", 1, 10, 20)),
        "a.xml",
        ""
      },
    };
    for (String[] w : wrong) {
      label("a.xml", w[0]);
      voc("--out", truth).failed(Main.FAILED, w[1], w[2]);
    }
  }

  @Test
  void invalidOptionsAreUsageErrors() throws IOException {
    CommandLineRun.of("convert", "--from", "yolo", "--labels", labels, "--out", truth)
        .failed(Main.USAGE, "--images", "--classes");
    voc("--out", truth).failed(Main.USAGE, "no XML file");
    yolo("--out", truth).failed(Main.USAGE, "no image");
    image("a");
    label("b.txt", "");
    yolo("--strict", "--out", truth).failed(Main.FAILED, "b.txt", "without an image");
    assertTrue(yolo("--out", truth).succeeded().err().contains("label files without an image"));
  }
}
