package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.models.MatrixTest.Pyramid;
import dev.dovetail.registry.Part;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Detectors of the DETR family over every backbone of the registry, in a tiny configuration, under
 * every adapter: a padded batch of two images runs and gives finite boxes.
 */
class DetectorMatrixTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SIDE = 128;
  private static final String TAPS = "taps";
  private static final String FPN = "{'type': 'fpn', 'channels': 16, 'levels': 5}";

  @TempDir private static Path cache;

  /**
   * @param neck a section, or nothing
   */
  private record Detector(String name, String neck, String head) {}

  private static List<Detector> detectors() {
    String neck =
        "{'type': 'hybrid-encoder', 'levels': 3, 'channels': 16,"
            + " 'attention': {'levels': [2], 'heads': 2, 'hidden': 16}, 'fusion': {'depth': 1}}";
    String rtDetr =
        "{'type': 'rt-detr', 'classes': 3, 'queries': 7, 'width': 16, 'layers': 2, 'heads': 2,"
            + " 'hidden': 16, 'points': [2]}";
    String layers = "{'layers': 1, 'heads': 2, 'points': 2, 'hidden': 16}";
    String deformable =
        "{'type': 'deformable-detr', 'classes': 3, 'queries': 7, 'width': 32, 'encoder': "
            + layers
            + ", 'decoder': "
            + layers;
    return List.of(
        new Detector("rt-detr", neck, rtDetr),
        new Detector("deformable-detr", "", deformable + "}"),
        new Detector(
            "deformable-detr in two stages",
            "",
            deformable + ", 'boxRefine': true, 'twoStage': true}"),
        new Detector("lw-detr", FPN, lwDetr("lw-detr", 3)),
        new Detector("rf-detr-segmentation", FPN, lwDetr("rf-detr-segmentation", 3)));
  }

  private static String lwDetr(String type, int levels) {
    return "{'type': '"
        + type
        + "', 'classes': 3, 'queries': 7, 'groups': 2, 'levels': "
        + levels
        + ", 'decoder': {'layers': 2, 'heads': 2, 'crossHeads': 4, 'points': 2, 'feedForward': 16}}";
  }

  /** On the taps of a plain backbone alone. */
  private static List<Detector> projected() {
    String neck =
        "{'type': 'multi-scale-projector', 'channels': 16, 'blocks': 1, 'scales': [2, 1, 0.5]";
    return List.of(
        new Detector("lw-detr", neck + ", 'norm': 'bn'}", lwDetr("lw-detr", 3)),
        new Detector(
            "rf-detr-segmentation", neck + ", 'norm': 'ln'}", lwDetr("rf-detr-segmentation", 2)));
  }

  @TestFactory
  Stream<DynamicTest> everyDetectorRunsOverEveryBackboneUnderEveryAdapter() throws IOException {
    JsonNode tiny = MatrixTest.tiny();
    return REGISTRY.parts().stream()
        .filter(p -> p.kind() == Part.Kind.BACKBONE)
        .flatMap(
            p ->
                StreamSupport.stream(tiny.path(p.type()).spliterator(), false)
                    .limit(1)
                    .map(c -> ((ObjectNode) c).deepCopy().put("type", p.type())))
        .flatMap(DetectorMatrixTest::cells);
  }

  private static Stream<DynamicTest> cells(ObjectNode backbone) {
    String type = backbone.get("type").asText();
    return adapters(backbone)
        .flatMap(
            pyramid ->
                (pyramid.name().equals(TAPS) ? projected() : detectors())
                    .stream()
                        .map(
                            detector ->
                                DynamicTest.dynamicTest(
                                    type + ", " + pyramid.name() + ", " + detector.name(),
                                    () -> runs(backbone, pyramid, detector))));
  }

  private static Stream<Pyramid> adapters(ObjectNode backbone) {
    Pyramid plain = new Pyramid("", "{'type': 'plain'}");
    Backbone built = MatrixTest.network(backbone, plain, MatrixTest.UPERNET).backbone();
    int depth = built.stages().get(0).blocks();
    Pyramid taps = new Pyramid(TAPS, "{'type': 'taps', 'after': [0, " + depth + "]}");
    return Stream.concat(
        MatrixTest.pyramids(built).filter(p -> p.neck().isEmpty()),
        Stream.of(taps).filter(p -> built.stages().size() == 1));
  }

  private static void runs(ObjectNode backbone, Pyramid pyramid, Detector detector)
      throws IOException {
    ObjectNode config = JSON.createObjectNode();
    config.set("backbone", backbone);
    config.set("adapter", MatrixTest.read(pyramid.adapter()));
    if (!detector.neck().isEmpty()) {
      config.set("neck", MatrixTest.read(detector.neck()));
    }
    config.set("head", MatrixTest.read(detector.head()));
    Model<?, ?> model = ModelConfig.of(config, REGISTRY).model();
    Trace trace = new Trace();
    Tensor pixels = trace.input("image", DType.FLOAT32, 2, 3, SIDE, SIDE);
    Graph graph =
        trace.graph(
            model
                .network()
                .forward(trace.root(), ImageBatch.ofInputs(trace.root(), pixels))
                .tensors());
    Map<String, TensorData> inputs = new HashMap<>();
    float[] values = new float[2 * 3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    inputs.put("image", TensorData.of(values, 2, 3, SIDE, SIDE));
    inputs.put("img_shape", TensorData.of(new long[] {SIDE, 96, 75, SIDE}, 2, 2));
    inputs.keySet().retainAll(graph.inputs().keySet());
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(cache, 1L << 30));
    try (Plan plan = Plan.compile(graph, weights, Settings.cpu().threads(1).unoptimised())) {
      Map<String, TensorData> out = plan.run(inputs);
      List<Integer> shape = new ArrayList<>();
      for (int dim : out.get("pred_boxes").type().shape().dims()) {
        shape.add(dim);
      }
      assertEquals(List.of(2, 7, 4), shape);
      for (TensorData data : out.values()) {
        for (float value : data.floats()) {
          assertTrue(Float.isFinite(value), "a value is " + value);
        }
      }
    }
  }
}
