package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.sample.scene.Category;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, and built-in models in other commands, with tiny models created by the test. */
class DemoCommandTest {

  @TempDir private Path folder;

  private OwnModels models;
  private TinyModel detector;
  private TinyModel segmenter;
  private Path demo;

  @BeforeEach
  void tinyModelsInThePlaceOfTheBuiltInOnes() throws IOException {
    demo = folder.resolve("the demo");
    String[] classes = Arrays.stream(Category.values()).map(Category::label).toArray(String[]::new);
    detector = TinyModel.detector(Files.createDirectory(folder.resolve("d")), first(classes));
    segmenter = TinyModel.segmenter(Files.createDirectory(folder.resolve("s")), classes);
    Files.writeString(
        segmenter.config(),
        Files.readString(segmenter.config())
            .replace("\"reduceZero\":false", "\"reduceZero\":true"));
    models = new OwnModels(folder.resolve("models"));
  }

  /** The names of the classes. */
  private static String[] first(String[] classes) {
    return Arrays.copyOf(classes, 8);
  }

  @AfterEach
  void theBuiltInModelsAgain() throws IOException {
    models.close();
  }

  private void bothModels() throws IOException {
    models.with("sample-mask-rcnn", detector).with("sample-upernet", segmenter);
  }

  private CommandLineRun run() {
    return CommandLineRun.of("demo", demo, "--pictures", 2).succeeded();
  }

  private static long count(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).count();
    }
  }

  @Test
  void filesAreWrittenToThePrintedPaths() throws IOException {
    bothModels();
    CommandLineRun run = run();
    for (String report : List.of("boxes", "masks", "classes")) {
      String page = Files.readString(demo.resolve("reports/" + report + "/index.html"));
      assertTrue(page.contains("<!DOCTYPE html>"), report);
    }
    assertTrue(Files.readString(demo.resolve("reports/classes/index.html")).contains("mushroom"));
    assertEquals(2, count(demo.resolve("pictures/detection"), ".jpg"));
    assertEquals(2, count(demo.resolve("pictures/segmentation"), ".jpg"));
    assertEquals(2, count(demo.resolve("set/images/val"), ".png"));
    assertEquals(2, count(demo.resolve("segmentation/label_maps"), ".png"));
    for (String file :
        List.of("detection/bbox.json", "detection/segm.json", "detection/metrics.json")) {
      assertTrue(Files.isRegularFile(demo.resolve(file)), file);
    }
    for (String part :
        List.of("boxes", "masks", "mIoU", "2 images", demo.toString(), "dovetail predict")) {
      assertTrue(run.out().contains(part), part + " in " + run.out());
    }
    assertTrue(run.err().contains("demo: drawing 2 images"), run.err());
    assertFalse(run.err().contains("warning"), run.err());
  }

  @Test
  void itsScoresAreThoseOfEval() throws IOException {
    bothModels();
    String out = run().out();
    JsonNode pixels =
        new ObjectMapper()
            .readTree(
                CommandLineRun.of(
                        "eval",
                        "sample-upernet",
                        "--images",
                        demo.resolve("set/images/val"),
                        "--annotations",
                        demo.resolve("set/annotations/val"),
                        "--json")
                    .succeeded()
                    .out());
    double share = pixels.get("metrics").get("mIoU").doubleValue();
    assertTrue(share > 0);
    assertTrue(out.contains(String.format(Locale.ROOT, "mIoU  %5.1f", 100 * share)), out);
  }

  @Test
  void anotherDemoReplacesAnEarlierOne() throws IOException {
    bothModels();
    run();
    Path stale = Files.writeString(demo.resolve("pictures/detection/old.jpg"), "old");
    Files.delete(demo.resolve("set/sample-set.json")); // as if it had been stopped
    run();
    assertFalse(Files.exists(stale));
    assertTrue(Files.exists(demo.resolve("set/sample-set.json")));
  }

  @Test
  void aFolderWithOtherFilesIsRejectedAndUnchanged() throws IOException {
    bothModels();
    Files.createDirectories(demo.resolve("pictures"));
    Path mine = Files.writeString(demo.resolve("pictures/mine.jpg"), "mine");
    CommandLineRun.of("demo", demo)
        .failed(Main.FAILED, "is not empty (it contains pictures)", "another directory");
    assertEquals("mine", Files.readString(mine));
    CommandLineRun.of("demo", mine).failed(Main.FAILED, "is not a directory");
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void withoutWeightsNothingIsDrawn() throws IOException {
    models.with("sample-mask-rcnn", detector).withoutWeights("sample-upernet", segmenter);
    CommandLineRun.of("demo", demo).failed(Main.FAILED, "sample-upernet", "no weights");
    assertFalse(Files.exists(demo));
  }

  @Test
  void usageErrorsAreReportedBeforeAnythingIsWritten() throws IOException {
    bothModels();
    CommandLineRun.of("demo", demo, "--pictures", 0).failed(Main.USAGE, "--pictures 0", "1 to");
    CommandLineRun.of("demo", demo, "--pictures", "few").failed(Main.USAGE, "--pictures", "few");
    CommandLineRun.of("demo", demo, "more").failed(Main.USAGE, "more");
    assertFalse(Files.exists(demo));
  }

  @Test
  void otherCommandsAcceptABuiltInModelByItsName() throws IOException {
    bothModels();
    Path picture = folder.resolve("photo.jpg");
    TinyModel.picture(picture, 40, 60);
    Path found = folder.resolve("found");
    CommandLineRun.of("predict", "sample-mask-rcnn", picture, "--out", found).succeeded();
    assertTrue(Files.exists(found.resolve("photo.jpg")));
    Path exported = folder.resolve("m.onnx");
    CommandLineRun.of("export", "sample-upernet", "--size", "64x128", "--out", exported)
        .succeeded();
    String counted = CommandLineRun.of("inspect", "sample-upernet").succeeded().out();
    assertTrue(counted.contains("0 are missing"), counted);
    String listed = CommandLineRun.of("list", "sample").succeeded().out();
    assertTrue(listed.startsWith("Models that include their weights"), listed);
    assertTrue(listed.contains("  sample-mask-rcnn"), listed);
    JsonNode json =
        new ObjectMapper()
            .readTree(CommandLineRun.of("list", "upernet", "--json").succeeded().out());
    assertEquals("sample-upernet", json.get("models").get(0).get("name").asText());
  }

  @Test
  void otherWeightsReplaceItsOwn() throws IOException {
    models.withoutWeights("sample-upernet", segmenter);
    Path picture = folder.resolve("photo.jpg");
    TinyModel.picture(picture, 40, 60);
    Path found = folder.resolve("found");
    CommandLineRun.of("predict", "sample-upernet", picture, "--out", found)
        .failed(Main.USAGE, "--weights");
    CommandLineRun.of(
            "predict", "sample-upernet", picture, "--out", found, "--weights", segmenter.weights())
        .succeeded();
  }

  @Test
  void aSimilarNameIsSuggested() throws IOException {
    bothModels();
    CommandLineRun.of("inspect", "sample-uppernet")
        .failed(Main.USAGE, "did you mean 'sample-upernet'?");
    System.setProperty("dovetail.home", SharedFolder.projectRoot().toString());
    try {
      CommandLineRun.of("inspect", "mask-rcnn-vit-comer-smal")
          .failed(Main.USAGE, "did you mean 'mask-rcnn-vit-comer-small'?");
      CommandLineRun.of("inspect", "reference/coco-maskrcn")
          .failed(Main.USAGE, "did you mean 'reference/coco-maskrcnn'?");
    } finally {
      System.clearProperty("dovetail.home");
    }
  }
}
