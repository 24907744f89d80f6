package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDatasetWriter;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.predictions.PredictionsJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of predict in every format has the same scores as eval. */
class PredictFormatsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Category ids in the ground truth, which models do not contain. */
  private static final Map<String, Long> IDS = Map.of("cat", 17L, "dog", 3L, "traffic light", 90L);

  @TempDir static Path folder;

  private static TinyModel model;
  private static Path images;
  private static Path found;
  private static Path truth;

  @BeforeAll
  static void predict() throws IOException {
    model = TinyModel.detector(folder, "cat", "dog", "traffic light");
    images = folder.resolve("images");
    TinyModel.picture(images.resolve("a.png"), 60, 80);
    TinyModel.picture(images.resolve("b.png"), 70, 50);
    found = folder.resolve("found");
    CommandLineRun run =
        model.run(
            "predict",
            images,
            "--out",
            found,
            "--score-threshold",
            "0",
            "--format",
            "coco,yolo,voc,csv,json,labelme,cvat,label-studio");
    run.succeeded();
    truth = truth(PredictionsJson.read(found.resolve("results.json")));
  }

  /** Every second detection, so that the scores are neither 0 nor 1. */
  private static Path truth(List<LabelledImage> predicted) throws IOException {
    List<CocoCategory> categories = new ArrayList<>();
    IDS.forEach((name, id) -> categories.add(new CocoCategory(id, name, "")));
    Path file = folder.resolve("gt.json");
    List<CocoImage> listed = new ArrayList<>();
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(file)) {
      for (LabelledImage image : predicted) {
        CocoImage entry =
            new CocoImage(
                40 - listed.size(), image.size().width(), image.size().height(), image.baseName());
        listed.add(entry);
        for (int i = 0; i < image.objects().size(); i += 2) {
          var object = image.objects().get(i);
          writer.annotation(entry, IDS.get(object.category()), object.withScore(Double.NaN));
        }
      }
      writer.finish(listed, categories);
    }
    return file;
  }

  private static JsonNode score(String type, Path detections) throws IOException {
    CommandLineRun run =
        CommandLineRun.of("score", "--type", type, "--gt", truth, "--dt", detections, "--json");
    return JSON.readTree(run.succeeded().out());
  }

  private static void assertClose(JsonNode expected, JsonNode actual, String about) {
    expected
        .fields()
        .forEachRemaining(
            number -> {
              JsonNode other = actual.get(number.getKey());
              String what = about + " " + number.getKey();
              if (number.getValue().isNumber()) {
                assertEquals(number.getValue().asDouble(), other.asDouble(), 1e-9, what);
              } else if (number.getValue().isObject()) {
                assertClose(number.getValue(), other, what);
              } else {
                assertEquals(number.getValue(), other, what);
              }
            });
  }

  @Test
  void everyFormatScoresAsEvalDoes() throws IOException {
    CommandLineRun eval = model.run("eval", "--images", images, "--annotations", truth, "--json");
    JsonNode expected = JSON.readTree(eval.succeeded().out()).get("metrics");
    double ap = expected.get("bbox").get("AP").asDouble();
    assertTrue(ap > 0.1 && ap < 0.9, "AP " + ap);
    Map<String, Path> boxes =
        Map.of(
            "coco", found.resolve("bbox.json"),
            "csv", found.resolve("results.csv"),
            "json", found.resolve("results.json"),
            "voc", found.resolve("Annotations"));
    for (Map.Entry<String, Path> format : boxes.entrySet()) {
      JsonNode own = score("bbox", format.getValue()).get("metrics").get("bbox");
      assertClose(expected.get("bbox"), own, format.getKey());
    }
    Map<String, Path> masks =
        Map.of(
            "coco", found.resolve("segm.json"),
            "csv", found.resolve("results.csv"),
            "json", found.resolve("results.json"),
            "yolo", found.resolve("labels"),
            "labelme", found.resolve("labelme"),
            "cvat", found.resolve("annotations.xml"),
            "label-studio", found.resolve("tasks.json"));
    for (Map.Entry<String, Path> format : masks.entrySet()) {
      JsonNode own = score("segm", format.getValue()).get("metrics").get("segm");
      assertClose(expected.get("segm"), own, format.getKey());
    }
  }

  @Test
  void everyFormatCanBeConverted() throws IOException {
    Map<String, Path> files =
        Map.of(
            "coco", found.resolve("segm.json"),
            "csv", found.resolve("results.csv"),
            "json", found.resolve("results.json"),
            "yolo", found,
            "voc", found,
            "labelme", found.resolve("labelme"),
            "cvat", found.resolve("annotations.xml"),
            "label-studio", found.resolve("tasks.json"));
    for (Map.Entry<String, Path> format : files.entrySet()) {
      String name = format.getKey();
      for (List<String> by :
          List.of(List.of("--detections-of", truth.toString()), List.of("--detections"))) {
        Path out = folder.resolve(name + by.size() + ".csv");
        List<Object> args = new ArrayList<>(List.of("convert", "--from", name));
        args.addAll(List.of("--labels", format.getValue(), "--to", "csv", "--out", out));
        args.addAll(by);
        if (name.equals("yolo") || name.equals("coco")) {
          args.addAll(List.of("--images", images));
        }
        CommandLineRun.of(args.toArray()).succeeded();
        String type = name.equals("voc") ? "bbox" : "segm";
        assertTrue(score(type, out).get("stats").get(0).asDouble() > 0.1, name);
      }
    }
  }

  @Test
  void metricsOfEvalAndScoreHaveTheKeysOfTheSchema() throws IOException {
    JsonNode schema = JSON.readTree(Path.of("../docs/scores.schema.json").toFile());
    CommandLineRun eval = model.run("eval", "--images", images, "--annotations", truth, "--json");
    for (JsonNode document :
        List.of(JSON.readTree(eval.succeeded().out()), score("bbox", found.resolve("bbox.json")))) {
      document
          .fieldNames()
          .forEachRemaining(key -> assertTrue(schema.get("properties").has(key), key));
      schema
          .get("required")
          .forEach(key -> assertTrue(document.has(key.asText()), key + " in " + document));
      assertEquals(schema.get("properties").get("schema").get("const"), document.get("schema"));
    }
  }

  @Test
  void onlyRequestedFormatsAreWritten() throws IOException {
    Path out = folder.resolve("csv");
    model.run("predict", images, "--out", out, "--format", "csv").succeeded();
    assertTrue(Files.exists(out.resolve("results.csv")));
    assertFalse(Files.exists(out.resolve("results.json")));
    model
        .run("predict", images, "--out", out, "--format", "pascal")
        .failed(Main.USAGE, "--format", "'pascal' is not a supported format", "coco, yolo");
    model
        .run("predict", images, "--out", out, "--format", "masks")
        .failed(Main.USAGE, "--format masks", "predicts objects with scores", "coco, yolo");
  }

  @Test
  void labelMapsOfPredictAreScoredByName() throws IOException {
    Path other = Files.createDirectories(folder.resolve("semantic"));
    TinyModel segmenter = TinyModel.segmenter(other, "sky", "road");
    Path out = folder.resolve("maps");
    segmenter.run("predict", images, "--out", out).succeeded();
    Path maps = Files.createDirectories(folder.resolve("truth"));
    for (String name : List.of("a", "b")) {
      Files.copy(out.resolve(name + ".labels.png"), maps.resolve(name + ".png"));
    }
    CommandLineRun run =
        CommandLineRun.of(
            "score", "--type", "semantic", "--classes", 2, "--gt", maps, "--dt", out, "--json");
    JsonNode scores = JSON.readTree(run.succeeded().out());
    assertEquals(1, scores.get("metrics").get("aAcc").asDouble());
  }

  @Test
  void classesOfPredictAreScored() throws IOException {
    Path other = Files.createDirectories(folder.resolve("classifier"));
    TinyModel classifier = TinyModel.classifier(other, "x", "y");
    Path set = folder.resolve("set");
    TinyModel.picture(set.resolve("x/1.png"), 70, 70);
    TinyModel.picture(set.resolve("y/1.png"), 70, 70);
    Path out = folder.resolve("classes");
    List<Object> args = classifier.arguments("predict", set.resolve("x"), set.resolve("y"));
    args.addAll(List.of("--out", out));
    CommandLineRun.of(args.toArray()).succeeded();
    CommandLineRun eval =
        classifier.run("eval", "--images", set, "--annotations", set, "--json").succeeded();
    CommandLineRun score =
        CommandLineRun.of(
            "score",
            "--type",
            "classification",
            "--gt",
            set,
            "--dt",
            out.resolve("results.json"),
            "--json");
    assertClose(
        JSON.readTree(eval.out()).get("metrics"),
        JSON.readTree(score.succeeded().out()).get("metrics"),
        "classifier");
  }
}
