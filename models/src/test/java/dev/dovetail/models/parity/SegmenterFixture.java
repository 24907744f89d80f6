package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.ImageReader;
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
import java.util.stream.IntStream;

/**
 * A directory of a model that scores every pixel, as transformers saves it, with what the library
 * made of an image: raw outputs and a label map.
 */
record SegmenterFixture(
    HuggingFaceDirectory directory, Model<?, ?> model, Map<String, TensorData> expected) {

  /** Of the largest value of an output: the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  /** Pixels of an image that may be of another class where two are near: the same. */
  private static final int PIXELS = 25;

  /** What the preparation of images gave, which another test compares. */
  private static final Set<String> PIXEL_VALUES = Set.of("pil_pixel_values");

  private static final String LABELS = "post";
  private static final String SCORES = "postprocess.logits_ori";

  static SegmenterFixture open(Path folder) throws IOException {
    PartRegistry registry = PartRegistry.load();
    HuggingFaceDirectory directory = HuggingFaceDirectory.read(folder, registry);
    return new SegmenterFixture(
        directory,
        ModelConfig.of(directory.modelConfig(registry, note -> {}), registry).model(),
        Fixture.tensors(folder.resolve("outputs.safetensors")));
  }

  private TensorData pixels() throws IOException {
    return Fixture.tensors(directory.folder().resolve("inputs.safetensors")).get("pixel_values");
  }

  /**
   * Compares every raw output with the value of its name.
   *
   * @return how many agree
   */
  int compareRawOutputs() throws IOException {
    TensorData pixels = pixels();
    int[] dims = pixels.type().shape().dims();
    Graph graph = directory.graph(model, dims[0], dims[2], dims[3]);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      if (!name.equals(LABELS) && !PIXEL_VALUES.contains(name)) {
        Tensor value = graph.outputs().get(name);
        value = value == null ? graph.value(name).orElse(null) : value;
        assertNotNull(value, name + " is not a value of the graph: " + graph.values().keySet());
        outputs.put(name, value);
      }
    }
    for (Map<String, TensorData> actual :
        run(graph.withOutputs(outputs), Map.of("pixel_values", pixels))) {
      for (String name : outputs.keySet()) {
        TensorData want = expected.get(name);
        double tolerance = TOLERANCE * Comparison.largest(want);
        Comparison.assertMatches(name, want, actual.get(name), tolerance);
      }
    }
    return outputs.size();
  }

  /**
   * Compares the label map that the task makes of the image that the library prepared: its own
   * preparation is up to a level of 255 off Pillow's.
   */
  void compareLabels() throws IOException {
    Size original = ImageReader.read(directory.folder().resolve("image.png")).size();
    Geometry geometry = model.preprocess().preparation().geometry(original);
    TensorData pixels = pixels();
    Trace trace = new Trace();
    Tensor input = trace.input("pixel_values", DType.FLOAT32, pixels.type().shape().dims());
    ImageBatch images = ImageBatch.ofInputs(trace.root(), input);
    boolean fills = geometry.resized().equals(geometry.padded());
    Graph graph = trace.graph(infer(model, trace.root(), fills ? images.filled() : images));
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    outputs.put(SCORES, graph.value(SCORES).orElseThrow());
    Map<String, TensorData> given = new LinkedHashMap<>();
    given.put("pixel_values", pixels);
    given.put("img_shape", shape(geometry.resized()));
    given.put("ori_shape", shape(original));
    given.keySet().retainAll(graph.inputs().keySet());
    for (Map<String, TensorData> actual : run(graph.withOutputs(outputs), given)) {
      assertLabels(
          (LabelMap) model.task().decode(actual, 0, original), actual.get(SCORES), original);
    }
  }

  private static <P extends Predictions> Map<String, Tensor> infer(
      Model<P, ?> model, Scope root, ImageBatch images) {
    return model.task().infer(root, model.network(), images);
  }

  private static TensorData shape(Size size) {
    return TensorData.of(new long[] {size.height(), size.width()}, 1, 2);
  }

  private void assertLabels(LabelMap labels, TensorData scores, Size size) {
    assertEquals(size, labels.size());
    long[] want = SegmentsOfTransformers.integers(expected.get(LABELS));
    int pixels = Math.toIntExact(size.pixels());
    assertEquals(want.length, pixels, "pixels");
    int[] other = IntStream.range(0, pixels).filter(i -> want[i] != labels.at(i)).toArray();
    float[] all = scores.floats();
    double worst = 0;
    for (int i : other) {
      worst = Math.max(worst, all[labels.at(i) * pixels + i] - all[(int) want[i] * pixels + i]);
    }
    assertTrue(other.length <= PIXELS, other.length + " of " + pixels + " pixels differ");
    double tolerance = 2 * TOLERANCE * Comparison.largest(expected.get("logits"));
    assertTrue(worst <= tolerance, "classes that differ are " + worst + " apart");
  }

  private List<Map<String, TensorData>> run(Graph graph, Map<String, TensorData> given)
      throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(directory.folder().resolve("model.safetensors"))) {
      return GraphRunner.underTest()
          .run(graph, CheckpointMatch.of(model, graph, checkpoint).requireComplete(false), given);
    }
  }
}
