package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code eval} of Cityscapes in its published layout, and {@code score} of the written predictions.
 */
@Tag("slow")
class CityscapesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CLASSES = CityscapesLabel.classNames().toArray(String[]::new);
  private static final String[] THINGS =
      CityscapesLabel.ALL.stream()
          .filter(CityscapesLabel::isThing)
          .map(CityscapesLabel::name)
          .toArray(String[]::new);

  @TempDir private Path folder;
  private Path root;
  private Path out;
  private CityscapesSet set;

  @BeforeEach
  void write() throws IOException {
    root = folder.resolve("cityscapes");
    out = folder.resolve("out");
    set = CityscapesSet.write(root, "val");
  }

  private JsonNode evaluated() throws IOException {
    return JSON.readTree(out.resolve("metrics.json").toFile()).get("metrics");
  }

  private static JsonNode score(String type, Object gt, Object dt) throws IOException {
    return JSON.readTree(
        CommandLineRun.of("score", "--type", type, "--gt", gt, "--dt", dt, "--json")
            .succeeded()
            .out());
  }

  @Test
  void labelMapsAreScoredAndWrittenInTheSubmissionFormat() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    String text = model.run("eval", "--data", root, "--out", out).succeeded().out();
    assertTrue(text.contains("Score Average"), text);
    Path written = out.resolve("label_maps/" + CityscapesSet.NAMES.get(0) + "_leftImg8bit.png");
    BitSet values = LabelPng.read(written).values();
    assertTrue(
        values.stream().allMatch(id -> !CityscapesLabel.ALL.get(id).isIgnored()), "" + values);
    JsonNode metrics = evaluated();
    for (Path gt : new Path[] {root, root.resolve("gtFine/val")}) {
      JsonNode scores = score("cityscapes-semantic", gt, out.resolve("label_maps"));
      assertEquals(metrics.get("mIoU"), scores.get("summary_float64").get("mIoU"));
      assertEquals(metrics.get("cityscapes"), scores.get("cityscapes"));
    }
    assertTrue(metrics.get("cityscapes").get("averageScoreInstClasses").isNumber());
    assertTrue(metrics.get("cityscapes").get("categoryScores").get("flat").isNumber());
    // Resumed, and with separate directories.
    Path again = folder.resolve("again");
    model.run("eval", "--data", root, "--out", again, "--limit", 1).succeeded();
    model.run("eval", "--data", root, "--out", again).succeeded();
    assertEquals(metrics, JSON.readTree(again.resolve("metrics.json").toFile()).get("metrics"));
    JsonNode own = metrics(model, root.resolve("gtFine/val")).get("cityscapes");
    String number = "averageScoreInstCategories";
    assertEquals(metrics.get("cityscapes").get(number), own.get(number));
  }

  /** Returns the output of {@code eval} for the images of val with these annotations. */
  private JsonNode metrics(TinyModel model, Path annotations) throws IOException {
    Path images = root.resolve("leftImg8bit/val");
    CommandLineRun run =
        model.run("eval", "--images", images, "--annotations", annotations, "--json");
    return JSON.readTree(run.succeeded().out()).get("metrics");
  }

  @Test
  void trainIdsHaveTheSameScoresAsLabelIds() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    JsonNode ids = JSON.readTree(model.run("eval", "--data", root, "--json").succeeded().out());
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      LabelMap map = LabelPng.read(set.annotation("val", i, "labelIds"));
      set.map("val", i, "labelTrainIds", at -> CityscapesLabel.ALL.get(map.at(at)).trainId());
      Files.delete(set.annotation("val", i, "labelIds"));
    }
    JsonNode trainIds =
        JSON.readTree(model.run("eval", "--data", root, "--json").succeeded().out());
    assertEquals(ids.get("metrics"), trainIds.get("metrics"));
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      Files.delete(set.annotation("val", i, "instanceIds"));
    }
    CommandLineRun run = model.run("eval", "--data", root, "--json").succeeded();
    assertTrue(run.err().contains("nIoU is not computed"), run.err());
    JsonNode without = JSON.readTree(run.out()).get("metrics");
    assertEquals(ids.get("metrics").get("mIoU"), without.get("mIoU"));
    assertTrue(without.get("cityscapes").get("averageScoreInstClasses").isNull());
  }

  @Test
  void objectsAreScoredByTheApOfCocoAndOfTheScript() throws IOException {
    TinyModel model = TinyModel.detector(folder, THINGS);
    String text = model.run("eval", "--data", root, "--out", out).succeeded().out();
    assertTrue(text.contains("Masks, as cityscapesScripts"), text);
    JsonNode metrics = evaluated();
    JsonNode scores = score("cityscapes-instances", root, out.resolve("segm.json"));
    assertEquals(metrics.get("cityscapes").get("AP"), scores.get("stats").get(0));
    assertEquals(metrics.get("cityscapes").get("AP50"), scores.get("stats").get(1));
    assertTrue(metrics.get("bbox").get("AP").isNumber());
    assertTrue(metrics.get("segm").get("AP").isNumber());
    assertTrue(metrics.get("cityscapes").get("AP_per_class").get("truck").isNull());
  }

  /** Panoptic quality of {@code eval} equals that of {@code score} for the written segments. */
  @Test
  void segmentsOfInstanceMapsAreScoredAndWritten() throws IOException {
    TinyModel model = TinyModel.panoptic(folder, CLASSES);
    model.run("eval", "--data", root, "--out", out).succeeded();
    JsonNode written = JSON.readTree(out.resolve("panoptic.json").toFile());
    assertEquals(
        "frankfurt_000000_000294", written.get("annotations").get(0).get("image_id").asText());
    PanopticNumbers.assertSame(root, out);
  }

  @Test
  void submittedObjectsAreScored() throws IOException {
    Path results = Files.createDirectories(folder.resolve("results"));
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      String name = Path.of(CityscapesSet.NAMES.get(i)).getFileName().toString();
      int image = i;
      mask(results.resolve(name + "_0.png"), at -> instance(at, image) == 26000);
      mask(results.resolve(name + "_1.png"), at -> instance(at, image) == 24);
      mask(results.resolve(name + "_2.png"), at -> instance(at, image) == 4);
      Files.writeString(
          results.resolve(name + ".txt"),
          name + "_0.png 26 0.9\n" + name + "_1.png 24 0.8\n" + name + "_2.png 26 0.95\n");
    }
    JsonNode scores = score("cityscapes-instances", root, results);
    // One of two cars is detected. Detections of the group and in void are ignored. No person is
    // detected. The bus has 60 pixels.
    assertEquals("[0.25,0.25]", scores.get("stats").toString());
    assertEquals("cityscapes_segm", scores.get("iou_type").asText());
    CommandLineRun run =
        CommandLineRun.of(
                "score",
                "--type",
                "cityscapes-instances",
                "--gt",
                root,
                "--dt",
                results,
                "--report",
                folder.resolve("page"))
            .succeeded();
    assertTrue(run.out().contains("Average Precision  (AP) @[ IoU=0.50:0.95 ] = 0.250"), run.out());
    parts("cityscapes-instances", results, scores);
  }

  private void parts(String type, Path results, JsonNode whole) throws IOException {
    for (int i = 1; i <= 2; i++) {
      CommandLineRun.of(
              "score",
              "--type",
              type,
              "--gt",
              root,
              "--dt",
              results,
              "--slice",
              i + "/2",
              "--save-state",
              folder.resolve(i + ".state"))
          .succeeded();
    }
    CommandLineRun merged =
        CommandLineRun.of(
                "score",
                "--type",
                type,
                "--gt",
                root,
                "--merge",
                folder.resolve("2.state"),
                folder.resolve("1.state"),
                "--json")
            .succeeded();
    assertEquals(whole, JSON.readTree(merged.out()));
  }

  private static int instance(int at, int image) {
    int width = CityscapesSet.SIZE.width();
    return CityscapesSet.instance(at % width, at / width, image);
  }

  private static void mask(Path file, IntPredicate inside) throws IOException {
    byte[] pixels = new byte[Math.toIntExact(CityscapesSet.SIZE.pixels())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (inside.test(i) ? 255 : 0);
    }
    LabelPng.write(file, new LabelMap.Bytes(CityscapesSet.SIZE, pixels));
  }

  @Test
  void submittedLabelMapsAreFoundByThePrefixOfTheirNames() throws IOException {
    Path results = Files.createDirectories(folder.resolve("results/any"));
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      String name = Path.of(CityscapesSet.NAMES.get(i)).getFileName().toString();
      Files.copy(
          set.annotation("val", i, "labelIds"), results.resolve(name + "_anything_else.png"));
    }
    JsonNode scores = score("cityscapes-semantic", root, folder.resolve("results"));
    assertEquals("1.0", scores.get("cityscapes").get("averageScoreClasses").toString());
    assertEquals("1.0", scores.get("cityscapes").get("averageScoreInstCategories").toString());
    parts("cityscapes-semantic", results, scores);
    Path first = results.resolve("frankfurt_000000_000294.png");
    Files.copy(set.annotation("val", 0, "labelIds"), first);
    refused("cityscapes-semantic", root, results, "both ", "are results for frankfurt_000000_0002");
    Files.delete(first);
    byte[] pixels = new byte[Math.toIntExact(CityscapesSet.SIZE.pixels())];
    Path last = results.resolve("lindau_000000_000019_anything_else.png");
    Arrays.fill(pixels, (byte) 18);
    LabelPng.write(last, new LabelMap.Bytes(CityscapesSet.SIZE, pixels));
    String odd =
        CommandLineRun.of("score", "--type", "cityscapes-semantic", "--gt", root, "--dt", results)
            .succeeded()
            .err();
    assertTrue(odd.contains("if they are train ids") && odd.contains(last.toString()), odd);
    Arrays.fill(pixels, (byte) 34);
    LabelPng.write(last, new LabelMap.Bytes(CityscapesSet.SIZE, pixels));
    refused("cityscapes-semantic", root, results, last + " contains 34", "0 to 33");
    Files.delete(last);
    refused(
        "cityscapes-semantic", root, results, "1 of the 3 label maps", "lindau_000000_000019.png");
  }

  private static void refused(String type, Object gt, Object dt, String... parts) {
    CommandLineRun.of("score", "--type", type, "--gt", gt, "--dt", dt).failed(Main.FAILED, parts);
  }

  @Test
  void errorsInSubmittedObjectsAreReportedWithFileAndLine() throws IOException {
    Path results = Files.createDirectories(folder.resolve("results"));
    for (String name : CityscapesSet.NAMES) {
      Files.createFile(results.resolve(Path.of(name).getFileName() + ".txt"));
    }
    Path file = results.resolve("lindau_000000_000019.txt");
    mask(results.resolve("m.png"), at -> at < 9);
    String[][] cases = {
      {"m.png 26", ":1: expected the path of a mask, the id of a label and a score"},
      {"\nm.png car 0.5", ":2: expected the id of a label and a score, two numbers"},
      {"m.png 34 0.5", ":1: no label of Cityscapes has the id 34; expected 0 to 33"},
      {"../m.png 26 0.5", ":1: ../m.png is not a path in"},
      {"/m.png 26 0.5", ":1: /m.png is not a path in"},
      {"n.png 26 0.5", "missing mask " + results.resolve("n.png")},
      {"m.png 26 NaN", ":1: the score is NaN"},
      {"m.png 26 1\nm.png 24 1", ":2: the mask "},
    };
    for (String[] one : cases) {
      Files.writeString(file, one[0]);
      refused("cityscapes-instances", root, results, file.toString(), one[1]);
    }
    Files.writeString(file, "m.png 26 1");
    LabelPng.write(results.resolve("m.png"), new LabelMap.Bytes(new Size(2, 2), new byte[4]));
    refused("cityscapes-instances", root, results, "is 2x2 pixels, but its image is 80x40");
    Files.delete(file);
    refused("cityscapes-instances", root, results, "1 of the 3 images have no file of results");
  }

  @Test
  void missingFilesAreReportedWithTheirOrigin() throws IOException {
    TinyModel segmenter = TinyModel.segmenter(folder, CLASSES);
    Path other = Files.createDirectories(folder.resolve("other"));
    segmenter
        .run("eval", "--data", other)
        .failed(
            Main.USAGE,
            "does not have the layout of a downloaded data set",
            "COCO",
            "ADE20K",
            "Cityscapes");
    segmenter.run("eval", "--data", other.resolve("no")).failed(Main.USAGE, "is not a directory");
    segmenter
        .run("eval", "--data", root, "--images", root)
        .failed(Main.USAGE, "--data replaces --images");
    segmenter.run("eval").failed(Main.USAGE, "'--data=DIR', or '--images=DIR'");
    TinyModel.segmenter(Files.createDirectories(folder.resolve("two")), "road", "sky")
        .run("eval", "--data", root)
        .failed(Main.USAGE, "is Cityscapes', whose 19 classes are road, sidewalk,", "has 2");
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      Path labels = set.annotation("val", i, "labelIds");
      Files.move(
          labels,
          labels.resolveSibling(
              labels.getFileName().toString().replace("labelIds.png", "polygons.json")));
    }
    segmenter
        .run("eval", "--data", root)
        .failed(
            Main.FAILED,
            "contains no CITY/*_gtFine_labelIds.png, only 3 *_polygons.json",
            "csCreateTrainIdLabelImgs");
    TinyModel detector =
        TinyModel.detector(Files.createDirectories(folder.resolve("detector")), THINGS);
    for (int i = 0; i < CityscapesSet.NAMES.size(); i++) {
      Files.delete(set.annotation("val", i, "instanceIds"));
    }
    detector
        .run("eval", "--data", root)
        .failed(Main.FAILED, "contains no CITY/*_gtFine_instanceIds.png", "json2instanceImg");
    Files.move(root.resolve("gtFine"), root.resolve("gt"));
    segmenter.run("eval", "--data", root).failed(Main.FAILED, "gtFine_trainvaltest.zip");
    Files.createDirectories(root.resolve("gtFine/val"));
    Files.move(root.resolve("leftImg8bit"), root.resolve("left"));
    segmenter.run("eval", "--data", root).failed(Main.FAILED, "leftImg8bit_trainvaltest.zip");
  }

  @Test
  void objectsAreConvertedToCoco() throws IOException {
    Path file = folder.resolve("instances.json");
    Object[] convert = {
      "convert", "--from", "cityscapes", "--labels", root.resolve("gtFine/val"), "--out", file
    };
    CommandLineRun run = CommandLineRun.of(convert).succeeded();
    assertEquals(file + ": 3 images, 15 objects, 8 classes", run.out().strip());
    JsonNode group = JSON.readTree(file.toFile()).get("annotations").get(0);
    assertEquals(
        "24 1 300",
        group.get("category_id") + " " + group.get("iscrowd") + " " + group.get("area"));
    TinyModel model = TinyModel.detector(folder, THINGS);
    JsonNode own = JSON.readTree(model.run("eval", "--data", root, "--json").succeeded().out());
    JsonNode again = metrics(model, file);
    assertEquals(own.get("metrics").get("bbox"), again.get("bbox"));
    assertEquals(own.get("metrics").get("segm"), again.get("segm"));
    Object[] more = Arrays.copyOf(convert, convert.length + 2);
    more[convert.length] = "--classes";
    more[convert.length + 1] = file;
    CommandLineRun.of(more).failed(Main.USAGE, "--from cityscapes reads only the maps in --labels");
  }

  @Test
  void valuesWithoutALabelAreNamed() throws IOException {
    set.map("val", 1, "instanceIds", at -> 34);
    CommandLineRun.of("score", "--type", "cityscapes-instances", "--gt", root, "--dt", folder)
        .failed(
            Main.FAILED,
            set.annotation("val", 1, "instanceIds")
                + " contains 34, which is not a value of a Cityscapes label");
  }
}
