package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory of a detector saved by transformers, with the library's outputs for an image or a
 * padded batch of images.
 */
record DetectorFixture(
    Path folder,
    JsonNode facts,
    Model<?, ?> model,
    Map<String, TensorData> inputs,
    Map<String, TensorData> expected) {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  /** Neighbors with a smaller difference may be swapped. */
  private static final double NEAR_TIE = 1e-4;

  /** The results of the preprocessing, which another test compares. */
  private static final Set<String> PIXELS = Set.of("pil_pixel_values");

  private static final Pattern OBJECTS = Pattern.compile("post\\.(all|some)\\.(?:(\\d+)\\.)?boxes");
  private static final Pattern ENCODER = Pattern.compile("encoder_last_hidden_state\\.(\\d+)");

  static DetectorFixture open(Path folder) throws IOException {
    PartRegistry registry = PartRegistry.load();
    JsonNode facts = JsonMapper.builder().build().readTree(folder.resolve("fixture.json").toFile());
    ObjectNode tree = HuggingFaceDirectory.read(folder, registry).modelConfig(registry, note -> {});
    if (facts.at("/post/top_k").isInt()) {
      ((ObjectNode) tree.get(tree.has("head") ? "head" : "network"))
          .put("maxDetections", facts.at("/post/top_k").asInt());
    }
    return new DetectorFixture(
        folder,
        facts,
        ModelConfig.of(tree, registry).model(),
        Fixture.tensors(folder.resolve("inputs.safetensors")),
        Fixture.tensors(folder.resolve("outputs.safetensors")));
  }

  /**
   * Compares every raw output with the recorded value of the same name, with masks and, if the
   * library had none, without masks.
   *
   * @return the number of outputs that agree
   */
  int compareRawOutputs() throws IOException {
    int compared = compareRawOutputs(false);
    return isPadded() ? compared : Math.min(compared, compareRawOutputs(true));
  }

  private boolean isPadded() {
    return inputs.containsKey("pixel_mask");
  }

  private int compareRawOutputs(boolean filled) throws IOException {
    Graph graph = graph(filled, (root, images) -> model.network().forward(root, images).tensors());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      if (!name.startsWith("post") && !PIXELS.contains(name)) {
        outputs.put(name, value(graph, name));
      }
    }
    for (Map<String, TensorData> actual : run(graph.withOutputs(outputs))) {
      QueryOrder order = QueryOrder.of(expected.get("logits"), actual.get("logits"));
      boolean swaps = facts.at("/post/encoder_gap").asDouble(1) < NEAR_TIE;
      for (String name : outputs.keySet()) {
        TensorData want = expected.get(name);
        TensorData got = swaps ? order.sorted(name, actual.get(name)) : actual.get(name);
        Comparison.assertMatches(name, want, got, TOLERANCE * Comparison.largest(want));
      }
    }
    return outputs.size();
  }

  /** Returns the value with transformers' name. */
  private static Tensor value(Graph graph, String name) {
    Tensor value = graph.outputs().get(name);
    if (value == null) {
      Matcher encoder = ENCODER.matcher(name);
      value =
          graph
              .value(name)
              .or(
                  () ->
                      encoder.matches()
                          ? graph.value("neck.p" + (Integer.parseInt(encoder.group(1)) + 1))
                          : java.util.Optional.empty())
              .orElse(null);
    }
    assertNotNull(value, name + " is not a value of the graph: " + graph.values().keySet());
    return value;
  }

  /**
   * Compares the objects after post-processing.
   *
   * @return the number of lists of objects that agree
   */
  int compareObjects() throws IOException {
    Graph graph = graph(!isPadded(), (root, images) -> objects(model, root, images));
    int compared = 0;
    for (Map<String, TensorData> actual : run(graph)) {
      compared = 0;
      if (expected.containsKey("post.segmentation")) {
        PaintedInstances.of(detections(actual), facts.at("/post/threshold").floatValue())
            .assertMatches(expected);
        compared++;
      }
      for (String name : expected.keySet()) {
        Matcher objects = OBJECTS.matcher(name);
        if (objects.matches()) {
          int image = objects.group(2) == null ? 0 : Integer.parseInt(objects.group(2));
          String key = "/post/threshold_" + objects.group(1);
          String prefix = name.substring(0, name.length() - "boxes".length());
          FoundObjects.assertSame(
              FoundObjects.expected(expected, prefix),
              FoundObjects.actual(actual, image).above(facts.at(key).floatValue()),
              facts.path("margin").asDouble(1) < NEAR_TIE);
          compared++;
        }
      }
    }
    return compared;
  }

  private Detections detections(Map<String, TensorData> outputs) {
    JsonNode size = facts.at("/image_size/0");
    Size original = new Size(size.get(0).asInt(), size.get(1).asInt());
    return (Detections) model.task().decode(outputs, 0, original);
  }

  private static <P extends Predictions> Map<String, Tensor> objects(
      Model<P, ?> model, Scope root, ImageBatch images) {
    return model.task().infer(root, model.network(), images);
  }

  private Graph graph(boolean filled, BiFunction<Scope, ImageBatch, Map<String, Tensor>> outputs) {
    Trace trace = new Trace();
    int[] dims = inputs.get("pixel_values").type().shape().dims();
    Tensor pixels = trace.input("pixel_values", DType.FLOAT32, dims);
    ImageBatch images = ImageBatch.ofInputs(trace.root(), pixels);
    return trace.graph(outputs.apply(trace.root(), filled ? images.filled() : images));
  }

  private List<Map<String, TensorData>> run(Graph graph) throws IOException {
    Map<String, TensorData> feeds = new LinkedHashMap<>();
    feeds.put("pixel_values", inputs.get("pixel_values"));
    feeds.put("img_shape", shapes());
    feeds.put("ori_shape", originalShapes());
    feeds.keySet().retainAll(graph.inputs().keySet());
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      return GraphRunner.underTest()
          .run(graph, CheckpointMatch.of(model, graph, checkpoint).requireComplete(false), feeds);
    }
  }

  private TensorData originalShapes() {
    JsonNode sizes = facts.path("image_size");
    long[] all = new long[2 * sizes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = sizes.get(i / 2).get(i % 2).asLong();
    }
    return TensorData.of(all, sizes.size(), 2);
  }

  /** Returns the height and width of each image in the batch, from the mask of its pixels. */
  private TensorData shapes() {
    int[] dims = inputs.get("pixel_values").type().shape().dims();
    long[] shapes = new long[2 * dims[0]];
    for (int i = 0; i < dims[0]; i++) {
      shapes[2 * i] = isPadded() ? extent(i, dims[2], dims[3]) : dims[2];
      shapes[2 * i + 1] = isPadded() ? extent(i, dims[3], 1) : dims[3];
    }
    return TensorData.of(shapes, dims[0], 2);
  }

  private long extent(int image, int cells, int step) {
    TensorData mask = inputs.get("pixel_mask");
    int area = mask.type().shape().dim(1) * mask.type().shape().dim(2);
    long[] values = mask.longs();
    long sum = 0;
    for (int i = 0; i < cells; i++) {
      sum += values[image * area + i * step];
    }
    assertTrue(sum > 0, "the mask of image " + image + " is empty");
    return sum;
  }
}
