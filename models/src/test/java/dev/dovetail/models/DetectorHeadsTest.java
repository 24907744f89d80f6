package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Detectors with anchors and torchvision's options on every backbone of the registry, in the tiny
 * configurations of {@link MatrixTest}: results are finite, inside the image, and within the limit.
 */
@Execution(ExecutionMode.CONCURRENT)
class DetectorHeadsTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern MULTIPLE = Pattern.compile("multiples of (\\d+)");
  private static final int MOST = 5;

  private static final String SIZES = "'sizes': [[8], [16], [32], [64], [128]]";

  private static final String STAGES =
      "'classes': 3, 'proposals': {'channels': 8, 'convs': 2, 'ranking': 'logits', 'coder':"
          + " {'limitsShrinking': false}, 'anchors': {"
          + SIZES
          + "}}, 'regions': {'aligned': false, 'samples': 2}, 'boxes': {'channels': 8, 'layers': 1,"
          + " 'convs': {'count': 1, 'channels': 8, 'norm': 'bn'}, 'background': 'first'}";
  private static final String STAGES_TEST =
      "{'maxDetections': 5, 'proposalsPerLevel': 20, 'maxProposals': 10, 'suppressIn': 'input',"
          + " 'minDetectionSize': 0.01, 'scoreThreshold': 0.01}";
  private static final String DENSE_TEST =
      "{'maxDetections': 5, 'candidatesPerLevel': 20, 'scoreThreshold': 0.001}";

  private static final String ALL = "{'type': 'fpn', 'channels': 32, 'norm': 'bn'}";
  private static final String FROM_8 =
      "{'type': 'fpn', 'channels': 32, 'startLevel': 1, 'further': 'FURTHER'}";

  /** A neck, a head and its section {@code test}. */
  private record Detector(String neck, String head, String test) {

    PyramidNetwork<?> on(JsonNode backbone) throws IOException {
      ObjectNode config = JSON.createObjectNode();
      config.set("backbone", backbone);
      config.set("adapter", read("{'type': 'plain'}"));
      config.set("neck", read(neck));
      config.set("head", read(head));
      config.set("test", read(test));
      return (PyramidNetwork<?>) ModelConfig.of(config, REGISTRY).model().network();
    }
  }

  private static final List<Detector> DETECTORS =
      List.of(
          new Detector(ALL, "{'type': 'faster-rcnn', " + STAGES + "}", STAGES_TEST),
          new Detector(
              ALL,
              "{'type': 'mask-rcnn', "
                  + STAGES
                  + ", 'masks': {'channels': 8, 'convs': 1, 'norm': 'bn'}}",
              STAGES_TEST),
          new Detector(
              ALL, "{'type': 'cascade-rcnn', 'laterStds': [], " + STAGES + "}", STAGES_TEST),
          new Detector(
              ALL,
              "{'type': 'cascade-mask-rcnn', "
                  + STAGES
                  + ", 'masks': {'channels': 8, 'convs': 1, 'norm': 'bn'}}",
              STAGES_TEST),
          new Detector(
              FROM_8.replace("FURTHER", "convolved_input"),
              "{'type': 'retinanet', 'classes': 3, 'convs': 1, 'norm': 'gn'}",
              DENSE_TEST),
          new Detector(
              FROM_8.replace("FURTHER", "convolved_result"),
              "{'type': 'fcos', 'classes': 3, 'convs': 1}",
              DENSE_TEST));

  @TempDir private static Path cache;

  @TestFactory
  Stream<DynamicTest> everyBackboneRunsUnderEveryHead() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
      String folder = family.getClass().getPackageName().replace('.', '/');
      Path file = Path.of("../backbones/src/test/resources", folder, "tiny.json");
      if (Files.exists(file)) {
        for (Map.Entry<String, JsonNode> type : JSON.readTree(file.toFile()).properties()) {
          JsonNode first = type.getValue().get(0);
          ObjectNode backbone = ((ObjectNode) first).deepCopy().put("type", type.getKey());
          tests.add(DynamicTest.dynamicTest(type.getKey(), () -> runs(backbone)));
        }
      }
    }
    return tests.stream();
  }

  private static JsonNode read(String json) throws IOException {
    return JSON.readTree(json.replace('\'', '"'));
  }

  private static void runs(ObjectNode backbone) throws IOException {
    Size awkward = new Size(75, 101);
    try {
      runs(backbone, awkward);
    } catch (IllegalArgumentException e) {
      Matcher multiple = MULTIPLE.matcher(String.valueOf(e.getMessage()));
      assertTrue(multiple.find(), () -> "refused without a multiple: " + e.getMessage());
      runs(backbone, awkward.roundedUp(Integer.parseInt(multiple.group(1))));
    }
  }

  private static void runs(ObjectNode backbone, Size size) throws IOException {
    for (Detector detector : DETECTORS) {
      PyramidNetwork<?> network = detector.on(backbone);
      Trace trace = new Trace();
      Tensor image = trace.input("image", DType.FLOAT32, 2, 3, size.height(), size.width());
      ImageBatch images = ImageBatch.ofInputs(trace.root(), image);
      Boxes boxes = (Boxes) network.forward(trace.root(), images);
      check(trace.graph(boxes.tensors()), size);
    }
  }

  private static void check(Graph graph, Size size) throws IOException {
    Random random = new Random(5);
    float[] pixels = new float[2 * 3 * size.height() * size.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    long[] shapes = {size.height(), size.width(), size.height() - 8, size.width() - 16};
    Map<String, TensorData> inputs = new HashMap<>();
    inputs.put("image", TensorData.of(pixels, 2, 3, size.height(), size.width()));
    inputs.put("img_shape", TensorData.of(shapes, 2, 2));
    inputs.put("scale_factor", TensorData.of(new float[] {1, 1, 1, 1, 2, 2, 2, 2}, 2, 4));
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(cache, 1L << 30));
    try (Plan plan = Plan.compile(graph, weights, Settings.cpu().threads(1).unoptimised())) {
      Map<String, TensorData> out = plan.run(inputs);
      for (long count : out.get("count").longs()) {
        assertTrue(count <= MOST, count + " objects");
      }
      int most = out.get("scores").type().shape().dim(1);
      float[] boxes = out.get("boxes").floats();
      for (int i = 0; i < boxes.length; i++) {
        int scale = i / (4 * most) + 1;
        double limit = (double) shapes[2 * (scale - 1) + 1 - i % 2] / scale;
        assertTrue(boxes[i] >= 0 && boxes[i] <= limit + 1e-3, "a box reaches " + boxes[i]);
      }
      for (float score : out.get("scores").floats()) {
        assertTrue(score >= 0 && score <= 1, "a score is " + score);
      }
    }
  }

  @Test
  void anchorsForAnotherNumberOfLevelsAreRejected() throws IOException {
    Detector detector =
        new Detector(
            "{'type': 'fpn', 'channels': 32, 'startLevel': 1, 'levels': 4}",
            "{'type': 'retinanet', 'classes': 3}",
            DENSE_TEST);
    PyramidNetwork<?> network =
        detector.on(read("{'type': 'resnet', 'widths': [8, 8, 8, 8], 'depths': [1, 1, 1, 1]}"));
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    ImageBatch images = ImageBatch.ofInputs(trace.root(), image);
    FeaturePyramid features = network.features(trace.root(), image);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> network.head().predict(trace.root(), features, images))
            .getMessage();
    assertEquals("anchors have sizes for 5 levels, but the features have 4", message);
  }
}
