package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.semantic.LabelMap;
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
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A directory of a model with query masks saved by transformers, with the library's outputs for an
 * image: raw outputs, and semantic, instance and panoptic segmentation.
 */
record UniversalFixture(
    Path folder, JsonNode facts, Map<String, TensorData> inputs, Map<String, TensorData> expected) {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  /** Values that are compared elsewhere or describe how the library split an image. */
  private static final Set<String> PREPARED = Set.of("pil_pixel_values", "patch_offsets");

  static UniversalFixture open(Path folder) throws IOException {
    return new UniversalFixture(
        folder,
        JsonMapper.builder().build().readTree(folder.resolve("fixture.json").toFile()),
        Fixture.tensors(folder.resolve("inputs.safetensors")),
        Fixture.tensors(folder.resolve("outputs.safetensors")));
  }

  /**
   * Opens the model like a user who selects the task, with other values in the section {@code
   * test}.
   */
  private Model<?, ?> model(String task, Consumer<ObjectNode> test) throws IOException {
    PartRegistry registry = PartRegistry.load();
    ObjectNode tree =
        HuggingFaceDirectory.read(folder, registry).modelConfig(registry, task, note -> {});
    test.accept((ObjectNode) tree.get("test"));
    return ModelConfig.of(tree, registry).model();
  }

  /**
   * Compares every raw output with the recorded value of the same name.
   *
   * @return the number of outputs that agree
   */
  int compareRawOutputs() throws IOException {
    Model<?, ?> model = model("panoptic", test -> {});
    TensorData pixels = inputs.get("pixel_values");
    int[] dims = pixels.type().shape().dims();
    Graph graph =
        graph(pixels, false, (root, images) -> model.network().forward(root, images).tensors());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      if (!name.startsWith("post") && PREPARED.stream().noneMatch(name::startsWith)) {
        Tensor value = graph.outputs().containsKey(name) ? graph.outputs().get(name) : null;
        value = value == null ? graph.value(name).orElse(null) : value;
        assertNotNull(value, name + " is not a value of the graph: " + graph.values().keySet());
        outputs.put(name, value);
      }
    }
    Size size = new Size(dims[2], dims[3]);
    for (Map<String, TensorData> actual : run(model, graph.withOutputs(outputs), pixels, size)) {
      for (String name : outputs.keySet()) {
        TensorData want = expected.get(name);
        double tolerance = TOLERANCE * Comparison.largest(want);
        Comparison.assertMatches(name, want, actual.get(name), tolerance);
      }
    }
    return outputs.size();
  }

  /**
   * Compares all recorded results.
   *
   * @return the number of outputs that agree
   */
  int compareResults() throws IOException {
    JsonNode post = facts.path("post");
    int compared = 0;
    if (expected.containsKey("post.semantic")) {
      for (LabelMap map : results("semantic", test -> {}, LabelMap.class)) {
        SegmentsOfTransformers.assertLabels(expected.get("post.semantic"), map);
      }
      compared++;
    }
    if (expected.containsKey("post")) {
      for (LabelMap map : results("semantic", test -> {}, LabelMap.class)) {
        SegmentsOfTransformers.assertLabels(expected.get("post"), map);
      }
      compared++;
    }
    if (expected.containsKey("post.instance.ids")) {
      SegmentsOfTransformers want = SegmentsOfTransformers.of(expected, "post.instance.");
      Consumer<ObjectNode> test =
          t -> t.put("scoreThreshold", post.path("instance_threshold").doubleValue());
      results("detection", test, Detections.class).forEach(want::assertSame);
      compared++;
    }
    for (String name : List.of("panoptic", "panoptic_fused")) {
      if (expected.containsKey("post." + name + ".ids")) {
        comparePanoptic(name, post);
        compared++;
      }
    }
    return compared;
  }

  private void comparePanoptic(String name, JsonNode post) throws IOException {
    Set<Integer> joined = new TreeSet<>();
    post.path(name).forEach(classes -> classes.forEach(c -> joined.add(c.asInt())));
    Consumer<ObjectNode> test =
        t -> {
          t.put("scoreThreshold", post.path("panoptic_threshold").doubleValue())
              .put("maskThreshold", post.path("mask_threshold").doubleValue())
              .put("overlapThreshold", post.path("overlap_mask_area_threshold").doubleValue());
          joined.forEach(t.withArray("stuff")::add);
        };
    SegmentsOfTransformers want = SegmentsOfTransformers.of(expected, "post." + name + ".");
    for (PanopticMap map : results("panoptic", test, PanopticMap.class)) {
      want.assertSame(map, joined);
    }
  }

  /** Returns the results of the task for the image, once for every way to compute them. */
  private <R> List<R> results(String task, Consumer<ObjectNode> test, Class<R> kind)
      throws IOException {
    Model<?, ?> model = model(task, test);
    TensorData pixels = whole(inputs.get("pixel_values"));
    JsonNode size = facts.at("/image_size/0");
    Size original = new Size(size.get(0).asInt(), size.get(1).asInt());
    Size image = model.preprocess().preparation().geometry(original).resized();
    Graph graph =
        graph(pixels, isPadded(pixels, image), (root, images) -> infer(model, root, images));
    return run(model, graph, pixels, image).stream()
        .map(outputs -> kind.cast(model.task().decode(outputs, 0, original)))
        .toList();
  }

  private static <P extends Predictions> Map<String, Tensor> infer(
      Model<P, ?> model, Scope root, ImageBatch images) {
    return model.task().infer(root, model.network(), images);
  }

  /** Returns the outputs of a graph. */
  private interface Outputs {
    Map<String, Tensor> of(Scope root, ImageBatch images);
  }

  private static Graph graph(TensorData values, boolean padded, Outputs outputs) {
    Trace trace = new Trace();
    Tensor pixels = trace.input("pixel_values", DType.FLOAT32, values.type().shape().dims());
    ImageBatch images = ImageBatch.ofInputs(trace.root(), pixels);
    return trace.graph(outputs.of(trace.root(), padded ? images : images.filled()));
  }

  private static boolean isPadded(TensorData pixels, Size image) {
    int[] dims = pixels.type().shape().dims();
    return dims[2] != image.height() || dims[3] != image.width();
  }

  /**
   * Returns the resized image, from whose long side the library took these parts, or the image
   * itself.
   */
  private TensorData whole(TensorData parts) {
    TensorData offsets = inputs.get("patch_offsets");
    int[] dims = parts.type().shape().dims();
    if (offsets == null || dims[0] == 1) {
      return parts;
    }
    JsonNode size = facts.at("/image_size/0");
    boolean portrait = size.get(0).asInt() > size.get(1).asInt();
    long[] places = offsets.longs(); // image, start, end
    int length = (int) places[places.length - 1];
    int height = portrait ? length : dims[2];
    int width = portrait ? dims[3] : length;
    float[] all = new float[3 * height * width];
    for (int i = 0; i < dims[0]; i++) {
      float[] part = parts.row(i);
      for (int k = 0; k < part.length; k++) {
        int y = k / dims[3] % dims[2] + (portrait ? (int) places[3 * i + 1] : 0);
        int x = k % dims[3] + (portrait ? 0 : (int) places[3 * i + 1]);
        all[(k / (dims[2] * dims[3]) * height + y) * width + x] = part[k];
      }
    }
    return TensorData.of(all, 1, 3, height, width);
  }

  private List<Map<String, TensorData>> run(
      Model<?, ?> model, Graph graph, TensorData pixels, Size image) throws IOException {
    Map<String, TensorData> feeds = new LinkedHashMap<>();
    feeds.put("pixel_values", pixels);
    JsonNode sizes = facts.path("image_size");
    long[] all = new long[2 * sizes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = sizes.get(i / 2).get(i % 2).asLong();
    }
    feeds.put("ori_shape", TensorData.of(all, sizes.size(), 2));
    feeds.put("img_shape", TensorData.of(new long[] {image.height(), image.width()}, 1, 2));
    feeds.keySet().retainAll(graph.inputs().keySet());
    assertTrue(feeds.keySet().containsAll(graph.inputs().keySet()), "inputs of the graph");
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      return GraphRunner.underTest()
          .run(graph, CheckpointMatch.of(model, graph, checkpoint).requireComplete(false), feeds);
    }
  }
}
