package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --tta} of {@code eval} and {@code predict}. */
class ViewsOptionTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyModel model;
  private Path images;
  private Path truth;

  @TempDir private Path folder;

  @BeforeEach
  void drawOnePicture() throws IOException {
    images = folder.resolve("photos");
    TinyModel.picture(images.resolve("one.png"), 40, 60);
    ObjectNode tree = JSON.createObjectNode();
    tree.putArray("annotations");
    tree.putArray("images")
        .addObject()
        .put("id", 7)
        .put("file_name", "one.png")
        .put("height", 40)
        .put("width", 60);
    tree.putArray("categories").addObject().put("id", 1).put("name", "cat");
    tree.withArray("categories").addObject().put("id", 2).put("name", "dog");
    truth = Files.writeString(folder.resolve("truth.json"), tree.toString());
    model = TinyModel.detector(folder, "cat", "dog");
  }

  private CommandLineRun eval(Path out, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("--images", images, "--annotations", truth, "--out", out));
    args.addAll(List.of(more));
    return model.run("eval", args.toArray());
  }

  private CommandLineRun predict(Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of(images, "--out", out, "--score-threshold", 0));
    args.addAll(List.of(more));
    return model.run("predict", args.toArray());
  }

  private JsonNode objects(Path out) throws IOException {
    return JSON.readTree(out.resolve("results.json").toFile());
  }

  @Test
  void viewsAreMergedAndWrittenToTheResolvedConfig() throws IOException {
    Path out = folder.resolve("run");
    eval(out, "--tta", "flip,0.75,1").succeeded();
    JsonNode augment = JSON.readTree(out.resolve("config.json").toFile()).at("/test/augment");
    assertEquals("[0.75,1.0]", augment.get("scales").toString());
    assertTrue(augment.get("flip").asBoolean());
    eval(out, "--tta", "flip,0.75,1").succeeded();
    eval(out, "--tta", "flip").failed(Main.FAILED, "test.augment");
    eval(out).failed(Main.FAILED, "test.augment");
  }

  @Test
  void theOptionOverridesTheConfig() throws IOException {
    Path plain = folder.resolve("plain");
    Path config = folder.resolve("config");
    Path both = folder.resolve("both");
    predict(plain).succeeded();
    predict(config, "--set", "test.augment.flip=true").succeeded();
    predict(both, "--set", "test.augment.flip=true", "--tta", "1").succeeded();
    assertEquals(objects(plain), objects(both));
    assertNotEquals(objects(plain), objects(config));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "flip,", "flop", "flip,flip", "1e3", "NaN", "-1", "1 2", "flip;1"})
  void invalidViewsAreUsageErrors(String views) {
    eval(folder.resolve("run"), "--tta=" + views)
        .failed(Main.USAGE, "--tta " + views + ": expected scales, and 'flip' at most once");
  }

  @Test
  void invalidScalesAreUsageErrors() {
    predict(folder.resolve("out"), "--tta", "0,1")
        .failed(Main.USAGE, "--tta 0,1: scales is [0.0, 1.0], expected different numbers above 0");
    predict(folder.resolve("out"), "--tta", "1,1").failed(Main.USAGE, "--tta 1,1", "different");
  }

  @Test
  void otherTasksAreRejected() throws IOException {
    model = TinyModel.classifier(folder, "cat", "dog");
    predict(folder.resolve("out"), "--tta", "flip")
        .failed(Main.USAGE, "'test.augment' is not supported", "'classification'");
  }

  @Test
  void anExportedFileIsOnePass() {
    Path file = folder.resolve("m.onnx");
    model
        .run("export", "--size", "64x96", "--out", file, "--set", "test.augment.flip=true")
        .failed(
            Main.FAILED, "an exported file runs one view of each image", "--set test.augment={}");
    model.run("export", "--size", "64x96", "--out", file).succeeded();
    CommandLineRun.of("predict", file, images, "--out", folder.resolve("out"), "--tta", "flip")
        .failed(Main.FAILED, "m.onnx is an exported file, which runs a single view of each image");
  }
}
