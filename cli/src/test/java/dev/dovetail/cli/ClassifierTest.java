package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classifiers in all commands, and timm directories from Hugging Face. */
@Tag("slow")
class ClassifierTest {

  private static final String[] CLASSES = {"ant", "bee", "cat", "dog", "eel", "fox", "gnu"};

  @TempDir private Path folder;
  private TinyModel model;
  private Path photo;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.classifier(folder, CLASSES);
    photo = folder.resolve("photo.png");
    TinyModel.picture(photo, 90, 120);
  }

  private static JsonNode first(CommandLineRun run) throws IOException {
    return new ObjectMapper().readTree(run.succeeded().out()).get(0);
  }

  @Test
  void predictPrintsTheFiveBestClassesAndNeedsNoFolder() throws IOException {
    String shown = model.run("predict", photo).succeeded().out();
    JsonNode entry = first(model.run("predict", photo, "--json"));
    JsonNode best = entry.get("classes");
    assertEquals(5, best.size());
    double before = 1;
    for (JsonNode c : best) {
      assertEquals(CLASSES[c.get("label").asInt()], c.get("name").asText());
      assertTrue(c.get("score").asDouble() <= before, best.toString());
      before = c.get("score").asDouble();
    }
    assertTrue(shown.contains("photo.png  " + best.get(0).get("name").asText() + " "), shown);
    assertEquals(6, shown.lines().count(), shown);
    try (var files = Files.list(folder)) {
      assertFalse(files.anyMatch(f -> f.endsWith("results.json")));
    }
  }

  @Test
  void aBatchHasTheResultsOfSingleImages() throws IOException {
    Path other = folder.resolve("other.png");
    TinyModel.picture(other, 200, 80);
    Path out = folder.resolve("out");
    model.run("predict", photo, other, "--out", out).succeeded();
    JsonNode both = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    assertEquals(2, both.size());
    assertEquals(first(model.run("predict", other, "--json")), both.get(1));
  }

  @Test
  void aBackboneWithoutAClassifierPredictsAnEmbedding() throws IOException {
    String[] embedding = {"--set", "head.classes=0", "--set", "classes=[]"};
    JsonNode result =
        first(
            CommandLineRun.of(
                "predict",
                model.config(),
                "--weights",
                model.weights(),
                "--allow-missing",
                photo,
                embedding[0],
                embedding[1],
                embedding[2],
                embedding[3],
                "--json"));
    assertTrue(result.get("embedding").size() > 1, result.toString());
    String exported =
        CommandLineRun.of(
                "export",
                model.config(),
                "--weights",
                model.weights(),
                "--allow-missing",
                "--set",
                "head.classes=0",
                "--set",
                "classes=[]",
                "--size",
                "64x64",
                "--out",
                folder.resolve("m.onnx"))
            .succeeded()
            .out();
    assertTrue(exported.contains("embedding"), exported);
  }

  private Path imageFolder() throws IOException {
    Path images = folder.resolve("val");
    for (int i = 0; i < CLASSES.length; i++) {
      Path ofClass = Files.createDirectories(images.resolve(CLASSES[i]));
      TinyModel.picture(ofClass.resolve("one.png"), 80 + 10 * i, 120);
      TinyModel.picture(ofClass.resolve("two.png"), 100, 90 + 10 * i);
    }
    return images;
  }

  private static JsonNode metrics(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
  }

  @Test
  void evalAgreesWithTheBestClassesOfPredict() throws IOException {
    Path images = imageFolder();
    Path run = folder.resolve("run");
    String shown =
        model
            .run("eval", "--images", images, "--annotations", images, "--out", run)
            .succeeded()
            .out();
    JsonNode numbers = metrics(run).get("metrics");
    int right = 0;
    int amongFive = 0;
    for (String name : CLASSES) {
      for (String file : new String[] {"one.png", "two.png"}) {
        JsonNode best =
            first(model.run("predict", images.resolve(name).resolve(file), "--json"))
                .get("classes");
        right += best.get(0).get("name").asText().equals(name) ? 1 : 0;
        amongFive += best.findValuesAsText("name").contains(name) ? 1 : 0;
      }
    }
    assertEquals(right / 14.0, numbers.get("top1").asDouble());
    assertEquals(amongFive / 14.0, numbers.get("top5").asDouble());
    assertEquals(14, numbers.get("images").asInt());
    assertEquals(CLASSES.length, numbers.get("top1_per_class").size());
    assertTrue(shown.contains("14 images; 95 % intervals"), shown);
    Path predictions = run.resolve("predictions.jsonl");
    String score =
        CommandLineRun.of(
                "score", "--type", "classification", "--gt", images, "--dt", predictions, "--json")
            .succeeded()
            .out();
    JsonNode scored = new ObjectMapper().readTree(score);
    assertEquals(numbers.get("top1"), scored.get("summary").get("top1"));
    assertEquals(numbers.get("top5"), scored.get("summary").get("top5"));
  }

  @Test
  void evalOfAClassifierProcessesOnlyMissingImages() throws IOException {
    Path images = imageFolder();
    Path run = folder.resolve("run");
    Path whole = folder.resolve("whole");
    String[] data = {"--images", images.toString(), "--annotations", images.toString()};
    model.run("eval", data[0], data[1], data[2], data[3], "--out", run, "--limit", "5").succeeded();
    model.run("eval", data[0], data[1], data[2], data[3], "--out", run).succeeded();
    model.run("eval", data[0], data[1], data[2], data[3], "--out", whole).succeeded();
    assertEquals(9, metrics(run).get("images_done_now").asInt());
    assertEquals(metrics(whole).get("metrics"), metrics(run).get("metrics"));
    assertEquals(
        Files.readString(whole.resolve("predictions.jsonl")),
        Files.readString(run.resolve("predictions.jsonl")));
  }

  @Test
  void evalReportsWhichFolderAClassifierNeeds() throws IOException {
    Path annotations = Files.writeString(folder.resolve("a.json"), "{}");
    String message =
        model
            .run("eval", "--images", folder, "--annotations", annotations)
            .failed(Main.USAGE)
            .err();
    assertTrue(message.contains("a directory of images for each class"), message);
  }

  @Test
  void aDetectorStillNeedsAFolder() throws IOException {
    TinyModel detector = TinyModel.detector(folder, "cat");
    String message = detector.run("predict", photo).failed(Main.USAGE).err();
    assertTrue(message.contains("--out"), message);
  }

  @Test
  void aClassifierHasNoAdapter() throws IOException {
    String message =
        model.run("predict", photo, "--set", "adapter.type=plain").failed(Main.USAGE).err();
    assertTrue(message.contains("'adapter' does not apply here"), message);
  }

  @Test
  void aTimmDirectoryFromHuggingFaceIsAModel() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("mobilevitv2_050.hub"));
    ObjectNode config = new ObjectMapper().createObjectNode();
    config.put("architecture", "mobilevitv2_050").put("num_classes", CLASSES.length);
    ArrayNode labels = config.putArray("label_names");
    for (String name : CLASSES) {
      labels.add(name);
    }
    ObjectNode pretrained = config.putObject("pretrained_cfg");
    pretrained.putArray("input_size").add(3).add(64).add(64);
    pretrained.put("interpolation", "bicubic").put("crop_pct", 0.888);
    pretrained.putArray("mean").add(0).add(0).add(0);
    pretrained.putArray("std").add(1).add(1).add(1);
    Files.writeString(directory.resolve("config.json"), config.toString());
    TinyModel.initialise("mobilevitv2_050", CLASSES.length, directory.resolve("model.safetensors"));
    JsonNode entry = first(CommandLineRun.of("predict", directory, photo, "--json"));
    assertEquals(5, entry.get("classes").size());
    String inspected = CommandLineRun.of("inspect", directory).succeeded().out();
    assertTrue(inspected.contains("0 are missing"), inspected);
  }

  @Test
  void aDirectoryOfAnUnsupportedModelListsTheSupportedOnes() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("bert"));
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    String message = CommandLineRun.of("inspect", directory).failed(Main.USAGE).err();
    assertTrue(message.contains("the model_type 'bert' is unknown; known: "), message);
  }

  @Test
  void aCheckpointOfAnotherFamilyOrSizeIsRecognized() throws IOException {
    Path weights = folder.resolve("w.safetensors");
    TinyModel.initialise("mobilevitv2_050", 3, weights);
    String message =
        CommandLineRun.of("inspect", "mobilevitv2_075", "--weights", weights)
            .failed(Main.FAILED)
            .err();
    assertTrue(message.contains("looks like a checkpoint of a 'mobilevitv2' backbone"), message);
    assertTrue(message.contains("with the shapes of mobilevitv2_050"), message);
    assertTrue(message.contains("the model's backbone is mobilevitv2_075"), message);
  }

  @Test
  void listShowsVariantsWithTheirCounts() throws IOException {
    String shown = CommandLineRun.of("list", "mobilevitv2").succeeded().out();
    assertTrue(
        shown.lines().anyMatch(l -> l.matches("mobilevitv2_100 +mobilevitv2 +4.90 .*agrees.*")),
        shown);
    JsonNode document =
        new ObjectMapper()
            .readTree(CommandLineRun.of("list", "mobilevitv2_100", "--json").succeeded().out());
    JsonNode variant = document.get("variants").get(0);
    assertEquals(4_902_000, variant.get("parameters").asLong(), 5_000);
    assertEquals("agrees", variant.get("verdict").asText());
  }
}
