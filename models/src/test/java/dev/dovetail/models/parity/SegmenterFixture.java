package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
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
 * A directory of a semantic segmenter saved by transformers, with the library's outputs for an
 * image: raw outputs and a label map.
 */
record SegmenterFixture(
    HuggingFaceDirectory directory, Model<?, ?> model, Map<String, TensorData> expected) {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  /**
   * The number of pixels of an image that may have another class in case of near ties, from the
   * same README.
   */
  private static final int PIXELS = 25;

  /** The results of the preprocessing, which another test compares. */
  private static final Set<String> PIXEL_VALUES = Set.of("pil_pixel_values");

  private static final String LABELS = "post";
  private static final String SCORES = "postprocess.logits_ori";
  private static final String PREPARED = "preprocess";

  /** The tolerance of the normalization. */
  private static final double NOISE = 2e-6;

  static SegmenterFixture open(Path folder) throws IOException {
    PartRegistry registry = PartRegistry.load();
    HuggingFaceDirectory directory = HuggingFaceDirectory.read(folder, registry);
    return new SegmenterFixture(
        directory,
        ModelConfig.of(directory.modelConfig(registry, note -> {}), registry).model(),
        Fixture.tensors(folder.resolve("outputs.safetensors")));
  }

  /**
   * Compares every raw output with the recorded value of the same name.
   *
   * @return the number of outputs that agree
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

  /** Asserts that the weights are those of training, including an auxiliary head. */
  void requireTrainedWeights() throws IOException {
    Graph training = ModelGraph.training(model, 1, size(pixels()));
    try (Checkpoint checkpoint = Checkpoint.open(directory.folder().resolve("model.safetensors"))) {
      CheckpointMatch.of(model, training, checkpoint).requireComplete(false);
    }
  }

  /**
   * Compares the label maps of the recorded pixels, and those of the whole graph for the image
   * file. Pixels of the file may differ by one level, which changes the scores. In this case,
   * differences up to that change count as near ties.
   */
  void compareLabels() throws IOException {
    Image image = ImageReader.read(directory.folder().resolve("image.png"));
    RawImage raw = RawImage.of(image, model.preprocess());
    Map<String, TensorData> inputs = raw.inputs(ModelGraph.whole(model, 1, size(pixels())));
    inputs.put("pixel_values", pixels());
    List<Map<String, TensorData>> recorded = run(scored(ofPixels(model, pixels())), inputs);
    List<Map<String, TensorData>> whole =
        run(scored(ModelGraph.whole(model, 1, size(pixels()))), inputs);
    double tolerance = TOLERANCE * Comparison.largest(expected.get("logits"));
    for (int i = 0; i < recorded.size(); i++) {
      float[] scores = recorded.get(i).get(SCORES).floats();
      int other = assertNear(recorded.get(i), image.size(), 2 * tolerance);
      assertTrue(other <= PIXELS, other + " pixels differ");
      assertOneLevelOff(whole.get(i).get(PREPARED));
      double moved = largestDifference(scores, whole.get(i).get(SCORES).floats());
      assertNear(whole.get(i), image.size(), 2 * (tolerance + moved));
    }
  }

  private TensorData pixels() throws IOException {
    return Fixture.tensors(directory.folder().resolve("inputs.safetensors")).get("pixel_values");
  }

  private static Size size(TensorData pixels) {
    int[] dims = pixels.type().shape().dims();
    return new Size(dims[2], dims[3]);
  }

  /** Traces the task's graph from normalized pixels. */
  private static <P extends Predictions> Graph ofPixels(Model<P, ?> model, TensorData values) {
    Trace trace = new Trace();
    Tensor pixels = trace.input("pixel_values", DType.FLOAT32, values.type().shape().dims());
    ImageBatch images = ImageBatch.ofInputs(trace.root(), pixels).filled();
    return trace.graph(model.task().infer(trace.root(), model.network(), images));
  }

  /** Traces a graph that also outputs the scores of all classes and the preprocessed pixels. */
  private static Graph scored(Graph graph) {
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    outputs.put(SCORES, graph.value(SCORES).orElseThrow());
    graph.value(PREPARED).ifPresent(value -> outputs.put(PREPARED, value));
    return graph.withOutputs(outputs);
  }

  private void assertOneLevelOff(TensorData prepared) throws IOException {
    double level =
        model.preprocess().std().stream().mapToDouble(s -> 1 / s).max().orElseThrow() + NOISE;
    double worst = largestDifference(pixels().floats(), prepared.floats());
    assertTrue(worst <= level, "pixels are " + worst + " apart, more than a level, " + level);
  }

  private static double largestDifference(float[] a, float[] b) {
    assertEquals(a.length, b.length);
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  /**
   * @param allowed maximum difference of the scores of two classes if the label differs
   * @return the number of labels that differ
   */
  private int assertNear(Map<String, TensorData> actual, Size size, double allowed) {
    LabelMap labels = (LabelMap) model.task().decode(actual, 0, size);
    assertEquals(size, labels.size());
    long[] want = SegmentsOfTransformers.integers(expected.get(LABELS));
    int pixels = Math.toIntExact(size.pixels());
    assertEquals(want.length, pixels, "pixels");
    int[] other = IntStream.range(0, pixels).filter(i -> want[i] != labels.at(i)).toArray();
    float[] scores = actual.get(SCORES).floats();
    double worst = 0;
    for (int i : other) {
      worst =
          Math.max(worst, scores[labels.at(i) * pixels + i] - scores[(int) want[i] * pixels + i]);
    }
    assertTrue(worst <= allowed, "classes that differ are " + worst + " apart, allowed " + allowed);
    return other.length;
  }

  private List<Map<String, TensorData>> run(Graph graph, Map<String, TensorData> inputs)
      throws IOException {
    Map<String, TensorData> feeds = new LinkedHashMap<>(inputs);
    feeds.keySet().retainAll(graph.inputs().keySet());
    try (Checkpoint checkpoint = Checkpoint.open(directory.folder().resolve("model.safetensors"))) {
      return GraphRunner.underTest()
          .run(graph, CheckpointMatch.of(model, graph, checkpoint).requireComplete(false), feeds);
    }
  }
}
