package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.upernet.UperNet;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.Preparation;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.detection.DetectionTask;
import dev.dovetail.tasks.segmentation.SemanticTask;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares a trained model with all values that its {@code sample.safetensors} records for one
 * image: the whole graph from the pixels of the file, and the bare graph from the recorded network
 * input.
 */
class ReferenceSampleTest {

  /** A recorded part of a tensor: its first rows or the first channels of a map. */
  private static final Pattern PART = Pattern.compile("(.+)\\.(?:top|first)(\\d+)(channels)?");

  private static final Pattern NECK = Pattern.compile("neck\\.p(\\d)");

  @TestFactory
  Stream<DynamicTest> segmentersAgreeAtEveryStation() {
    return ReferenceModel.each(
        SemanticTask.class,
        reference -> {
          Map<String, TensorData> expected = Fixture.tensors(sample(reference));
          try (LoadedModel loaded = reference.open("test.mode=whole")) {
            compareWithWholeGraph(reference, loaded, expected);
            compareWithBareGraph(reference, loaded, expected);
            compareAuxiliaryHead(reference, loaded.model(), expected);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> detectorsAgreeAtEveryStation() {
    return ReferenceModel.each(
        DetectionTask.class,
        reference -> {
          Map<String, TensorData> expected = Fixture.tensors(sample(reference));
          try (LoadedModel loaded = reference.open()) {
            compareWithWholeGraph(reference, loaded, expected);
            compareWithBareGraph(reference, loaded, expected);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> classNamesComeFromTheCheckpointWhereTheConfigGivesNone() {
    return ReferenceModel.each(
        anyTask(),
        reference -> {
          try (LoadedModel shipped = reference.open();
              LoadedModel nameless = reference.open("classes=[]")) {
            assertEquals(List.of(), nameless.model().classes());
            assertEquals(shipped.model().classes(), nameless.classes());
          }
        });
  }

  @SuppressWarnings("unchecked")
  private static Class<? extends Task<?, ?>> anyTask() {
    return (Class<? extends Task<?, ?>>) (Class<?>) Task.class;
  }

  private static void compareWithWholeGraph(
      ReferenceModel reference, LoadedModel loaded, Map<String, TensorData> expected)
      throws IOException {
    Model<?, ?> model = loaded.model();
    Image image = ImageReader.read(picture(reference));
    RawImage raw = RawImage.of(image, model.preprocess());
    Graph graph = ModelGraph.whole(model, 1, raw.geometry().padded());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      tap(graph, name).ifPresent(value -> outputs.put(name, value));
    }
    Map<String, TensorData> actual = run(loaded, graph.withOutputs(outputs), raw.inputs(graph));
    putPixels(actual, image, model.preprocess().preparation(), raw);
    if (model.task() instanceof DetectionTask) {
      putMasks(
          actual, expected, ModelRunners.pasted(actual, image.size(), maskThreshold(reference)));
    }
    expected.forEach(
        (name, value) -> {
          if (!name.startsWith("aux.")) {
            assertMatches("whole graph: " + name, value, actual.get(name));
          }
        });
  }

  private static double maskThreshold(ReferenceModel reference) {
    return reference.files().facts().at("/test_cfg/rcnn/mask_thr").asDouble();
  }

  /** Returns the value that a sample records with {@code name}. */
  private static Optional<Tensor> tap(Graph graph, String name) {
    Matcher part = PART.matcher(name);
    if (part.matches()) {
      int axis = part.group(3) == null ? 0 : 1;
      return tap(graph, part.group(1)).map(t -> t.slice(axis, 0, Integer.parseInt(part.group(2))));
    }
    Matcher neck = NECK.matcher(name);
    if (neck.matches()) { // named by the base-2 logarithm of the stride, but by index in the model
      return graph.value("neck.p" + (Integer.parseInt(neck.group(1)) - 1));
    }
    if (graph.outputs().containsKey(name)) {
      return Optional.of(graph.outputs().get(name).select(0, 0));
    }
    return switch (name) {
      case "input" -> graph.value("preprocess");
      case "whole.logits_stride4" -> graph.value("decode_head");
      case "f1", "f2", "f3", "f4" -> graph.value("backbone." + name);
      default -> ModelRunners.tapOfInstances(graph, name);
    };
  }

  private static void putPixels(
      Map<String, TensorData> actual, Image image, Preparation preparation, RawImage raw) {
    Image resized = new Preparation(preparation.steps().subList(0, 1), 1).apply(image);
    actual.put("resized_bgr_uint8", pixels(resized));
    actual.put("resized_image_bgr", pixels(resized));
    actual.put("resized_to_multiple_bgr_uint8", pixels(preparation.apply(image)));
    Size size = image.size();
    actual.put(
        "raw_image_bgr_shape", TensorData.of(new long[] {size.height(), size.width(), 3}, 3));
    actual.put("scale_factor", TensorData.of(raw.geometry().scaleFactor(), 4));
  }

  private static TensorData pixels(Image image) {
    return TensorData.of(image.toBytes(), image.size().height(), image.size().width(), 3);
  }

  /**
   * @param masks uint8 [n, height, width]
   */
  private static void putMasks(
      Map<String, TensorData> actual, Map<String, TensorData> expected, TensorData masks) {
    int n = masks.type().shape().dim(0);
    int pixels = (int) (masks.type().shape().elements() / n);
    byte[] values = new byte[n * pixels];
    masks.bytes().get(values);
    long[] areas = new long[n];
    for (int i = 0; i < values.length; i++) {
      areas[i / pixels] += values[i];
    }
    actual.put("mask_areas", TensorData.of(areas, n));
    for (String name : expected.keySet()) {
      Matcher part = PART.matcher(name);
      if (part.matches() && part.group(1).equals("masks")) {
        int[] dims = masks.type().shape().dims();
        dims[0] = Integer.parseInt(part.group(2));
        actual.put(name, TensorData.of(Arrays.copyOf(values, dims[0] * pixels), dims));
      }
    }
  }

  private static void compareWithBareGraph(
      ReferenceModel reference, LoadedModel loaded, Map<String, TensorData> expected)
      throws IOException {
    TensorData input = expected.get("input");
    Size size = new Size(input.type().shape().dim(2), input.type().shape().dim(3));
    Graph graph = ModelGraph.bare(loaded.model(), 1, size);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    inputs.put("pixel_values", input);
    if (loaded.model().task() instanceof DetectionTask) {
      int[] resized = expected.get("resized_image_bgr").type().shape().dims();
      inputs.put("img_shape", TensorData.of(new long[] {resized[0], resized[1]}, 1, 2));
      inputs.put("scale_factor", TensorData.of(expected.get("scale_factor").floats(), 1, 4));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : expected.keySet()) {
      Matcher part = PART.matcher(name);
      String whole = part.matches() ? part.group(1) : name;
      Tensor output = graph.outputs().get(whole.equals("whole.logits_stride4") ? "logits" : whole);
      if (output != null) {
        Tensor own =
            output.shape().rank() > expected.get(name).type().shape().rank()
                ? output.select(0, 0)
                : output;
        outputs.put(name, part.matches() ? own.slice(1, 0, Integer.parseInt(part.group(2))) : own);
      }
    }
    Map<String, TensorData> actual = run(loaded, graph.withOutputs(outputs), inputs);
    int unrecorded = graph.outputs().containsKey("count") ? 1 : 0;
    assertEquals(graph.outputs().size() - unrecorded, actual.size(), actual.keySet().toString());
    actual.forEach(
        (name, value) -> assertMatches("bare graph: " + name, expected.get(name), value));
  }

  private static void compareAuxiliaryHead(
      ReferenceModel reference, Model<?, ?> model, Map<String, TensorData> expected)
      throws IOException {
    if (!(((PyramidNetwork<?>) model.network()).head() instanceof UperNet head)) {
      return;
    }
    String map = "f" + (head.auxiliary().level() + 1);
    Path checkpoint = reference.files().checkpoint();
    List<Map<String, TensorData>> results =
        TracedRun.run(
            Optional.of(Checkpoint.open(checkpoint)),
            Map.of(map, expected.get(map)),
            (s, in) -> {
              s.ignoreKeys("*", "not a part of this head");
              return Map.of(
                  "aux.logits",
                  head.auxiliary().logits(s.at("auxiliary_head"), in.get(map), head.classes()));
            });
    for (Map<String, TensorData> actual : results) {
      assertMatches("aux.logits", expected.get("aux.logits"), actual.get("aux.logits"));
    }
  }

  private static Map<String, TensorData> run(
      LoadedModel loaded, Graph graph, Map<String, TensorData> inputs) throws IOException {
    try (Plan plan = Plan.compile(graph, loaded.weights(), Settings.cpu())) {
      return new LinkedHashMap<>(plan.run(inputs));
    }
  }

  /**
   * Integers and the network's input are exact. According to the fixtures' README, 5e-6 of a
   * tensor's largest value is float32 noise, and 1e-4 is an error. Boxes and probabilities have the
   * tolerances of the models' README.
   */
  private static void assertMatches(String name, TensorData expected, TensorData actual) {
    double tolerance = 0;
    if (name.endsWith("boxes")) {
      tolerance = 1e-2;
    } else if (name.endsWith("scores") || name.endsWith("mask_probs")) {
      tolerance = 1e-4;
    } else if (!name.endsWith("input") && expected.type().dtype() == DType.FLOAT32) {
      tolerance = 2e-5 * largest(expected.floats());
    }
    Comparison.assertMatches(name, expected, actual, tolerance);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  private static Path sample(ReferenceModel reference) {
    return reference.files().folder().resolve("sample.safetensors");
  }

  private static Path picture(ReferenceModel reference) throws IOException {
    String name;
    try (Checkpoint checkpoint = Checkpoint.open(sample(reference))) {
      name = checkpoint.meta().get("image").toString();
    }
    try (Stream<Path> files = Files.walk(reference.files().data())) {
      return files.filter(f -> f.getFileName().toString().equals(name)).findFirst().orElseThrow();
    }
  }
}
