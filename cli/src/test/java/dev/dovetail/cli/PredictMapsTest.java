package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** score and convert read the label maps and segments that predict writes. */
class PredictMapsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> IMAGES = List.of("a", "b");

  @TempDir static Path folder;

  private static Path images;
  private static Path semantic;
  private static Path panoptic;
  private static TinyModel segments;

  @BeforeAll
  static void predict() throws IOException {
    images = folder.resolve("images");
    TinyModel.picture(images.resolve("a.png"), 60, 80);
    TinyModel.picture(images.resolve("b.png"), 70, 50);
    semantic = folder.resolve("semantic");
    String maps = "json,masks,voc-masks,ade20k,cityscapes";
    TinyModel.segmenter(fresh("segmenter"), "sky", "road")
        .run("predict", images, "--out", semantic, "--format", maps)
        .succeeded();
    panoptic = folder.resolve("panoptic");
    segments = TinyModel.panoptic(fresh("segments"), "sky", "car", "person");
    segments.run("predict", images, "--out", panoptic, "--format", maps + ",coco").succeeded();
  }

  private static Path fresh(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static LabelMap map(Path folder, String name) throws IOException {
    return LabelPng.read(folder.resolve(name));
  }

  private static void assertSameMaps(Path expected, String ending, Path actual, String other)
      throws IOException {
    for (String name : IMAGES) {
      LabelMap one = map(expected, name + ending);
      LabelMap two = map(actual, name + other);
      assertEquals(one.size(), two.size());
      for (int i = 0; i < one.size().pixels(); i++) {
        assertEquals(one.at(i), two.at(i), actual + ": " + name + ", pixel " + i);
      }
    }
  }

  private static Path convert(String from, Path labels, String to, Object... more)
      throws IOException {
    Path out = Files.createTempDirectory(folder, from).resolve("out");
    List<Object> args = new ArrayList<>(List.of("convert", "--from", from, "--labels", labels));
    args.addAll(List.of("--to", to, "--out", out));
    args.addAll(List.of(more));
    CommandLineRun.of(args.toArray()).succeeded();
    return out;
  }

  private static JsonNode score(String type, Path truth, Path predicted, Object... more)
      throws IOException {
    List<Object> args = new ArrayList<>(List.of("score", "--type", type, "--gt", truth));
    args.addAll(List.of("--dt", predicted, "--json"));
    args.addAll(List.of(more));
    return JSON.readTree(CommandLineRun.of(args.toArray()).succeeded().out()).get("metrics");
  }

  @Test
  void labelMapsOfAllFormatsAreConvertedToTheSameMaps() throws IOException {
    Path names = Files.writeString(folder.resolve("names.txt"), "sky\nroad\n");
    Map<String, Path> written =
        Map.of(
            "json", semantic.resolve("results.json"),
            "masks", semantic.resolve("masks"),
            "ade20k", semantic.resolve("ade20k"),
            "cityscapes-masks", semantic.resolve("cityscapes"));
    for (Map.Entry<String, Path> format : written.entrySet()) {
      Path masks = convert(format.getKey(), format.getValue(), "masks", "--classes", names);
      assertSameMaps(semantic, ".labels.png", masks, ".png");
    }
    Path ade = convert("voc-masks", semantic, "ade20k");
    for (String name : IMAGES) {
      LabelMap expected = map(semantic, name + ".labels.png");
      LabelMap actual = map(ade, name + ".png");
      for (int i = 0; i < expected.size().pixels(); i++) {
        // 0 is nothing, 1 the background
        assertEquals(expected.at(i) + 2, actual.at(i));
      }
    }
  }

  @Test
  void labelMapsAreScored() throws IOException {
    Path truth = fresh("truth");
    for (String name : IMAGES) {
      Files.copy(semantic.resolve(name + ".labels.png"), truth.resolve(name + ".png"));
    }
    for (Path maps : List.of(semantic.resolve("masks"), semantic)) {
      Path given = maps.equals(semantic) ? onlyLabels() : maps;
      assertEquals(
          1, score("semantic", truth, given, "--classes", 2).get("aAcc").asDouble(), "" + maps);
    }
    Path ade = semantic.resolve("ade20k");
    assertEquals(
        1,
        score("semantic", ade, truth, "--classes", 2, "--reduce-zero-label")
            .get("aAcc")
            .asDouble());
  }

  private static Path onlyLabels() throws IOException {
    Path maps = fresh("only");
    for (String name : IMAGES) {
      String file = name + ".labels.png";
      Files.copy(semantic.resolve(file), maps.resolve(file));
    }
    return maps;
  }

  @Test
  void segmentsAreScoredRegardlessOfTheIdsOfTheGroundTruth() throws IOException {
    Path converted = convert("coco-panoptic", panoptic.resolve("panoptic.json"), "coco-panoptic");
    Path truth = fresh("panoptic-truth");
    // Other numbers than the model has.
    String text = Files.readString(converted.resolve("panoptic.json"));
    String other = text.replaceAll("\"category_id\":(\\d)", "\"category_id\":4$1");
    int categories = other.indexOf("\"categories\"");
    other =
        other.substring(0, categories)
            + other.substring(categories).replaceAll("\"id\":(\\d)", "\"id\":4$1");
    Files.writeString(truth.resolve("truth.json"), other);
    for (String name : IMAGES) {
      Path maps = fresh("panoptic-truth/truth");
      Files.copy(converted.resolve("panoptic/" + name + ".png"), maps.resolve(name + ".png"));
    }
    for (String file : List.of("panoptic.json", "results.json")) {
      JsonNode scores = score("panoptic", truth.resolve("truth.json"), panoptic.resolve(file));
      assertEquals(1, scores.get("All").get("PQ").asDouble(), file + ": " + scores);
    }
  }

  @Test
  void segmentsAreConvertedToTheSameMaps() throws IOException {
    Path names = Files.writeString(folder.resolve("classes.txt"), "sky\ncar\nperson\n");
    Path listed = panoptic.resolve("panoptic.json");
    for (String format : List.of("masks", "ade20k")) {
      Path own = panoptic.resolve(format);
      assertSameMaps(own, ".png", convert("coco-panoptic", listed, format), ".png");
      Path results = panoptic.resolve("results.json");
      assertSameMaps(own, ".png", convert("json", results, format, "--classes", names), ".png");
    }
    Path again = convert("coco-panoptic", listed, "coco-panoptic");
    for (String name : IMAGES) {
      assertArrayEquals(
          IdPng.read(panoptic.resolve("panoptic/" + name + ".png")).ids(),
          IdPng.read(again.resolve("panoptic/" + name + ".png")).ids());
    }
    JsonNode written = JSON.readTree(again.resolve("panoptic.json").toFile());
    assertEquals("sky", written.get("categories").get(0).get("name").asText());
    assertEquals(0, written.get("categories").get(0).get("isthing").asInt());
    assertEquals(1, written.get("categories").get(1).get("isthing").asInt());
    assertEquals(1, written.get("annotations").get(0).get("image_id").asInt());
    // The objects of VOC come back too.
    Path voc = convert("voc-masks", panoptic, "coco");
    assertTrue(JSON.readTree(voc.toFile()).get("annotations").size() > 0);
  }

  @Test
  void unsupportedFormatsAreRejectedBeforehand() throws IOException {
    Path out = folder.resolve("refused");
    TinyModel segmenter = TinyModel.segmenter(fresh("refused-segmenter"), "sky", "tree");
    for (String format : List.of("coco", "voc", "yolo", "labelme")) {
      segmenter
          .run("predict", images, "--out", out, "--format", format)
          .failed(
              Main.USAGE,
              "--format " + format + ": a model with the task 'semantic' does not predict boxes",
              "its formats are json, masks, voc-masks, ade20k, cityscapes");
    }
    segmenter
        .run("predict", images, "--out", out, "--format", "cityscapes")
        .failed(Main.USAGE, "\"tree\" of the model is not a Cityscapes label");
    segments
        .run("predict", images, "--out", out, "--format", "csv")
        .failed(Main.USAGE, "task 'panoptic'", "coco, json, masks", "--from coco-panoptic");
    assertFalse(Files.exists(out.resolve("a.jpg")));
  }
}
