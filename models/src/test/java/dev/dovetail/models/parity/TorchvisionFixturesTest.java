package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * torchvision's detectors from a state dict and a config: pyramids, predictions, proposals and
 * results equal torchvision's. The model is determined by the parameters of the directory and the
 * shapes of the weights.
 */
public class TorchvisionFixturesTest {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  /** The number of mask pixels of an image that may differ near the threshold. */
  private static final int NEAR_PIXELS = 25;

  @TestFactory
  public Stream<DynamicTest> everyDetectorGivesTorchvisionsNumbers() {
    return FixtureFolders.below("fixtures/heads", "fixture.json")
        .where("fixture of torchvision", TorchvisionFixturesTest::isTorchvisions)
        .each(TorchvisionFixturesTest::compare);
  }

  @TestFactory
  public Stream<DynamicTest> everyImageIsPreparedWithinOneLevel() {
    return FixtureFolders.below("fixtures/heads", "fixture.json")
        .where("fixture of torchvision", TorchvisionFixturesTest::isTorchvisions)
        .each(TorchvisionFixturesTest::prepare);
  }

  private static void prepare(Path folder) throws IOException {
    JsonNode fixture = description(folder);
    TensorData batched = Fixture.tensors(folder.resolve("inputs.safetensors")).get("batched");
    Model<?, ?> model;
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      model = new TorchvisionConfig(fixture, checkpoint.tensors()).model();
    }
    RawImage image = RawImage.of(ImageReader.read(folder.resolve("image.png")), model.preprocess());
    Size padded = image.geometry().padded();
    Size resized = image.geometry().resized();
    assertEquals(
        new Size(fixture.at("/resized/0").asInt(), fixture.at("/resized/1").asInt()), resized);
    assertEquals(List.of(1, 3, padded.height(), padded.width()), shape(batched));
    float[] expected = batched.floats();
    PixelNormalization normalization = model.preprocess().normalization();
    double worst = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < resized.height(); y++) {
        for (int x = 0; x < resized.width(); x++) {
          double value = expected[(c * padded.height() + y) * padded.width() + x];
          double level = value * normalization.std().get(c) + normalization.mean().get(c);
          int bgr = 2 - c;
          int got = image.pixels().bytes().get((y * padded.width() + x) * 3 + bgr) & 0xff;
          worst = Math.max(worst, Math.abs(level - got));
        }
      }
    }
    assertTrue(worst <= 1, "pixels are off by " + worst + " levels");
  }

  private static List<Integer> shape(TensorData data) {
    return IntStream.of(data.type().shape().dims()).boxed().toList();
  }

  private static boolean isTorchvisions(Path folder) {
    try {
      return description(folder).path("type").asText().startsWith("torchvision.");
    } catch (IOException e) {
      return true; // fails its own test
    }
  }

  private static JsonNode description(Path folder) throws IOException {
    return JsonMapper.builder().build().readTree(folder.resolve("fixture.json").toFile());
  }

  private static void compare(Path folder) throws IOException {
    JsonNode fixture = description(folder);
    Map<String, TensorData> expected = Fixture.tensors(folder.resolve("outputs.safetensors"));
    TensorData pixels = Fixture.tensors(folder.resolve("inputs.safetensors")).get("batched");
    Size size = new Size(pixels.type().shape().dim(2), pixels.type().shape().dim(3));
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      TorchvisionConfig described = new TorchvisionConfig(fixture, checkpoint.tensors());
      Model<?, ?> model = described.model();
      Graph bare = ModelGraph.bare(model, 1, size);
      Map<String, TensorSource> weights =
          CheckpointMatch.of(model, checkpoint).requireComplete(false);
      Graph graph = bare.withOutputs(outputs(bare, expected));
      for (Map<String, TensorData> actual :
          GraphRunner.underTest().run(graph, weights, inputs(fixture, pixels, graph))) {
        compare(fixture, described, model, expected, actual);
      }
    }
  }

  /** Returns the inputs for the geometry of one image. */
  private static Map<String, TensorData> inputs(JsonNode fixture, TensorData pixels, Graph graph) {
    long height = fixture.at("/resized/0").asLong();
    long width = fixture.at("/resized/1").asLong();
    float down = (float) height / fixture.at("/image_size/0").asInt();
    float across = (float) width / fixture.at("/image_size/1").asInt();
    Map<String, TensorData> inputs = new HashMap<>();
    inputs.put("pixel_values", pixels);
    inputs.put("img_shape", TensorData.of(new long[] {height, width}, 1, 2));
    inputs.put("scale_factor", TensorData.of(new float[] {across, down, across, down}, 1, 4));
    inputs.keySet().retainAll(graph.inputs().keySet());
    return inputs;
  }

  /** Returns the results and the recorded values with the fixture's names. */
  private static Map<String, Tensor> outputs(Graph graph, Map<String, TensorData> expected) {
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    int level = 0;
    for (String name : new TreeMap<>(expected).keySet()) {
      String value =
          name.startsWith("feature.")
              ? "neck.p" + ++level
              : name.equals("proposals") ? "rpn_head.proposals" : name;
      if (!name.startsWith("post.")) {
        outputs.put(
            name,
            graph.value(value).orElseThrow(() -> new AssertionError("there is no value " + value)));
      }
    }
    return outputs;
  }

  private static void compare(
      JsonNode fixture,
      TorchvisionConfig described,
      Model<?, ?> model,
      Map<String, TensorData> expected,
      Map<String, TensorData> actual) {
    Map<String, TensorData> raw = new TreeMap<>(expected);
    raw.keySet().removeIf(n -> n.startsWith("post.") || n.equals("proposals"));
    raw.forEach(
        (name, want) ->
            Comparison.assertMatches(
                name, want, actual.get(name), TOLERANCE * Comparison.largest(want)));
    if (expected.containsKey("proposals")) {
      FoundObjects.assertSame(
          FoundObjects.ofBoxes(expected.get("proposals").floats()),
          FoundObjects.ofBoxes(actual.get("proposals").floats()),
          false);
    }
    int[] places =
        FoundObjects.assertSame(
            FoundObjects.expected(expected, "post.").withLabelsFrom(described.firstLabel()),
            FoundObjects.actual(actual, 0),
            false);
    if (expected.containsKey("post.masks")) {
      Size image =
          new Size(fixture.at("/image_size/0").asInt(), fixture.at("/image_size/1").asInt());
      compareMasks(
          expected.get("post.masks").floats(),
          (Detections) model.task().decode(actual, 0, image),
          places);
    }
  }

  private static void compareMasks(float[] soft, Detections detections, int... places) {
    assertTrue(detections.hasMasks(), "there are no masks");
    int pixels = (int) detections.image().pixels();
    int width = detections.image().width();
    int height = detections.image().height();
    int near = 0;
    for (int i = 0; i < places.length; i++) {
      byte[] mask = detections.masks()[places[i]].toColumnMajor();
      for (int p = 0; p < pixels; p++) {
        float want = soft[i * pixels + p];
        boolean set = mask[p % width * height + p / width] != 0;
        if (set != want >= 0.5f) {
          assertEquals(0.5, want, 2 * TOLERANCE, "mask " + i + ", pixel " + p);
          near++;
        }
      }
    }
    assertTrue(near <= NEAR_PIXELS, near + " pixels of masks differ");
  }
}
