package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Implausible labels are either errors with file and line, or counted warnings. */
class ConvertOddLabelsTest {

  @TempDir Path folder;

  private Path images;
  private Path labels;
  private Path classes;
  private Path out;

  @BeforeEach
  void makeFolders() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    labels = Files.createDirectory(folder.resolve("labels"));
    classes = Files.writeString(folder.resolve("names.txt"), "cat\ndog\n");
    out = folder.resolve("out.json");
    BufferedImage image = new BufferedImage(100, 80, BufferedImage.TYPE_3BYTE_BGR);
    ImageIO.write(image, "png", images.resolve("a.png").toFile());
  }

  private CommandLineRun yolo(String text, Object... more) throws IOException {
    Files.writeString(labels.resolve("a.txt"), text);
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "yolo", "--images", images));
    args.addAll(List.of("--labels", labels, "--classes", classes, "--out", out));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private CommandLineRun voc(String text, Object... more) throws IOException {
    Files.writeString(labels.resolve("a.xml"), text);
    List<Object> args = new ArrayList<>(List.of("convert", "--from", "voc", "--labels", labels));
    args.addAll(List.of("--out", out));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static String voc(Object width, Object height, Object... sides) {
    return "<annotation><filename>a.png</filename>\n<size><width>"
        + (width + "</width><height>" + height + "</height></size>\n<object><name>cat</name>\n")
        + ("<bndbox><xmin>" + sides[0] + "</xmin><ymin>" + sides[1] + "</ymin><xmax>" + sides[2])
        + ("</xmax><ymax>" + sides[3] + "</ymax></bndbox></object></annotation>");
  }

  private CocoDataset written() throws IOException {
    return CocoDataset.read(out, new Warnings(Strictness.LENIENT));
  }

  @Test
  void yoloValuesThatAreNotFractionsAreRejected() throws IOException {
    String[][] wrong = {
      {"0 50 40 20 16", "a.txt:1: field 2 is \"50\""},
      {"0 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.2 -0.2", "a.txt:2: field 5 is \"-0.2\""},
      {"0 0.5 0.5 0.2 -0.001", "a.txt:1: field 5 is \"-0.001\""},
      {"0 -0.02 0.5 0.2 0.2", "a.txt:1: field 2"},
      {"0 0.5 0.5 0.2 0.2 0.9 7", "a.txt:1: field 7 is \"7\""},
      {"0 0.1 0.1 0.2 0.1 0.2 1.02", "a.txt:1: field 7"},
      {"-1 0.5 0.5 0.2 0.2", "a.txt:1: field 1"},
    };
    for (String[] w : wrong) {
      yolo(w[0]).failed(Main.FAILED, w[1]);
      yolo(w[0], "--strict").failed(Main.FAILED, w[1]);
    }
  }

  @Test
  void slightlyInvalidYoloValuesAreKeptWithAWarningAndRejectedIfStrict() throws IOException {
    String[][] odd = {
      {"0 0.5 0.5 1.0001 0.5", "slightly outside of 0 to 1 (kept unchanged): 1", "field 4"},
      {"0 0.9 0.5 0.4 0.2\n1 0.5 0.9 0.2 0.4", "extend beyond their image (kept unchanged): 2"},
      {"0 0.5 0.5 0 0.5", "boxes without area"},
      {"0 0.5 0.5 0.2 0.2 0.9 1", "a track number?"},
    };
    for (String[] o : odd) {
      String err = yolo(o[0]).succeeded().err();
      assertTrue(err.contains("warning: ") && err.contains(o[1]), err);
      assertTrue(err.contains("a.txt:1" + (o.length > 2 ? ": " + o[2] : "")), err);
      yolo(o[0], "--strict").failed(Main.FAILED, "a.txt:1", "(rejected by --strict)");
    }
    assertFalse(yolo("0 0.25 0.5 0.500001 1").succeeded().err().contains("warning"));
  }

  @Test
  void aDetectionEndsWithAScoreAndNoTrackId() throws IOException {
    yolo("0 0.5 0.5 0.2 0.2").succeeded();
    Path truth = Files.move(out, folder.resolve("gt.json"));
    yolo("0 0.5 0.5 0.2 0.2 0.9", "--detections-of", truth).succeeded();
    yolo("0 0.5 0.5 0.2 0.2 7", "--detections-of", truth)
        .failed(Main.FAILED, "a.txt:1: field 6 is \"7\"", "score");
    yolo("0 0.5 0.5 0.2 0.2 0.9 7", "--detections-of", truth).failed(Main.FAILED, "a.txt:1");
  }

  @Test
  void swappedVocCornersAndDuplicateFieldsAreRejected() throws IOException {
    String[][] wrong = {
      {voc(100, 80, 30, 10, 20, 40), "a.xml:4: object[0].bndbox", "xmin 30 is above xmax 20"},
      {voc(100, 80, 3, 50, 20, 40), "a.xml:4: object[0].bndbox", "ymin 50 is above ymax 40"},
      {
        voc(100, 80, 3, 5, 20, 40).replace("<xmin>", "<xmin>1</xmin><xmin>"),
        "a.xml:4: object[0].bndbox.xmin",
        "occurs twice"
      },
      {voc(100, 80, 3, 5, 20, 40) + "<annotation/>", "a.xml:4", "not valid XML"},
      {voc(0, 0, 3, 5, 20, 40), "size: is 0x0", "directory of images"},
    };
    for (String[] w : wrong) {
      voc(w[0]).failed(Main.FAILED, w[1], w[2]);
    }
  }

  @Test
  void vocBoxesOutsideTheImageAreKeptWithAWarningAndRejectedIfStrict() throws IOException {
    String odd = voc(100, 80, 0, 5, 20, 40);
    String err = voc(odd).succeeded().err();
    assertTrue(err.contains("boxes that extend beyond their image (kept unchanged): 1"), err);
    assertTrue(err.contains("a.xml:4: object[0]: [-1.0, 4.0, 21.0, 36.0] in 100x80"), err);
    assertEquals(new Box(-1, 4, 21, 36), written().annotations().get(0).box());
    voc(odd, "--strict").failed(Main.FAILED, "a.xml:4", "rejected by --strict");
    err = voc(voc(100, 80, 5, 5, 5, 40), "--zero-based").succeeded().err();
    assertTrue(err.contains("boxes without area"), err);
    assertFalse(voc(voc(100, 80, 1, 1, 100, 80), "--strict").err().contains("warning"));
  }

  @Test
  void missingVocSizesAreThoseOfTheImageAndOthersAreChecked() throws IOException {
    String err = voc(voc(0, 0, 3, 5, 20, 40), "--images", images).succeeded().err();
    assertTrue(err.contains("sizes of 0 (taken from the image): 1"), err);
    assertEquals(100, written().images().get(0).width());
    String without = voc(0, 0, 3, 5, 20, 40).replaceAll("<size>.*</size>", "");
    err = voc(without, "--images", images).succeeded().err();
    assertTrue(err.contains("sizes that are missing (taken from the image): 1"), err);
    err = voc(voc(80, 100, 3, 5, 20, 40), "--images", images).succeeded().err();
    assertTrue(err.contains("a.xml:2: size: 80x100, the image is 100x80"), err);
    assertEquals(80, written().images().get(0).width());
    voc(voc(80, 100, 3, 5, 20, 40), "--images", images, "--strict").failed(Main.FAILED, "80");
    Files.move(images.resolve("a.png"), images.resolve("b.png"));
    err = voc(voc(100, 80, 3, 5, 20, 40), "--images", images).succeeded().err();
    assertTrue(err.contains("annotations without an image"), err);
  }

  @Test
  void anImageHasOneLabelFile() throws IOException {
    Files.writeString(labels.resolve("b.xml"), voc(100, 80, 3, 5, 20, 40));
    voc(voc(100, 80, 3, 5, 20, 40)).failed(Main.FAILED, "b.xml", "\"a.png\"", "a.xml");
  }

  @Test
  void namesAreReadFromADataYamlAndOtherFilesAreRejected() throws IOException {
    Path yaml = Files.writeString(folder.resolve("data.yaml"), "nc: 2\nnames: [no, dog]\n");
    classes = yaml;
    yolo("1 0.5 0.5 0.2 0.2").succeeded();
    assertEquals("no", written().categories().get(0).name());
    classes = out;
    yolo("1 0.5 0.5 0.2 0.2").failed(Main.USAGE, "--classes", "JSON");
    classes = images.resolve("a.png");
    yolo("1 0.5 0.5 0.2 0.2").failed(Main.USAGE, "--classes", "not a text file");
    voc(voc(100, 80, 3, 5, 20, 40), "--classes", images.resolve("a.png"))
        .failed(Main.USAGE, "--classes", "not a text file");
  }

  @Test
  void detectionsForAGroundTruthWithADuplicateImageAreRejected() throws IOException {
    Path truth =
        Files.writeString(
            folder.resolve("gt.json"),
            "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}, {\"id\": 2, \"file_name\":"
                + " \"a.png\"}], \"categories\": [{\"id\": 1, \"name\": \"cat\"}, {\"id\": 2,"
                + " \"name\": \"dog\"}], \"annotations\": []}");
    yolo("0 0.5 0.5 0.2 0.2 0.9", "--detections-of", truth)
        .failed(Main.FAILED, "more than one image with the name \"a\"");
  }
}
