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
  private static final String PREPARED = "preprocess";

  /** Of the normalization. */
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

  /** That the weights are all those of training, an auxiliary head's among them. */
  void requireTrainedWeights() throws IOException {
    Graph training = ModelGraph.training(model, 1, size(pixels()));
    try (Checkpoint checkpoint = Checkpoint.open(directory.folder().resolve("model.safetensors"))) {
      CheckpointMatch.of(model, training, checkpoint).requireComplete(false);
    }
  }

  /**
   * Compares the label maps that the task makes of the recorded pixels, and the whole graph of the
   * image file. Pixels of the file may be one level off, which moves the scores of classes: there
   * two classes are near where they are as near as that.
   */
  void compareLabels() throws IOException {
    Image image = ImageReader.read(directory.folder().resolve("image.png"));
    RawImage raw = RawImage.of(image, model.preprocess());
    Map<String, TensorData> given = raw.inputs(ModelGraph.whole(model, 1, size(pixels())));
    given.put("pixel_values", pixels());
    List<Map<String, TensorData>> recorded = run(scored(ofPixels(model, pixels())), given);
    List<Map<String, TensorData>> whole =
        run(scored(ModelGraph.whole(model, 1, size(pixels()))), given);
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

  /** The task's graph from normalized pixels on. */
  private static <P extends Predictions> Graph ofPixels(Model<P, ?> model, TensorData values) {
    Trace trace = new Trace();
    Tensor pixels = trace.input("pixel_values", DType.FLOAT32, values.type().shape().dims());
    ImageBatch images = ImageBatch.ofInputs(trace.root(), pixels).filled();
    return trace.graph(model.task().infer(trace.root(), model.network(), images));
  }

  /** A graph that gives the scores of all classes and the prepared pixels too. */
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
   * @param allowed how far apart the scores of two classes are at most where the label differs
   * @return how many labels differ
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

  private List<Map<String, TensorData>> run(Graph graph, Map<String, TensorData> given)
      throws IOException {
    Map<String, TensorData> inputs = new LinkedHashMap<>(given);
    inputs.keySet().retainAll(graph.inputs().keySet());
    try (Checkpoint checkpoint = Checkpoint.open(directory.folder().resolve("model.safetensors"))) {
      return GraphRunner.underTest()
          .run(graph, CheckpointMatch.of(model, graph, checkpoint).requireComplete(false), inputs);
    }
  }
}
