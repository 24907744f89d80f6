package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.layouts.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Compares the convolutional backbones of whole detectors and segmenters by the only recorded value
 * that depends on nothing else, the last map of a backbone of transformers.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class DetectorBackbonesTest {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final Set<String> TYPES = Set.of("resnet", "rt_detr_resnet", "hgnet_v2");
  private static final String LAST = "encoder_last_hidden_state";

  @TestFactory
  Stream<DynamicTest> lastMapsOfConvolutionalBackbonesAreTransformers() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("model that gives its convolutional backbone's map", f -> !lastMap(f).isEmpty())
        .each(DetectorBackbonesTest::compareLastMap);
  }

  /**
   * The rest of the file is ignored and the weights of the new head are missing, as with
   * --allow-missing.
   */
  @TestFactory
  Stream<DynamicTest> weightsOfADetectorAreThoseOfItsBackbone() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where(
            "detector of transformers on a convolutional backbone",
            DetectorBackbonesTest::isConvolutional)
        .flatEach(
            folder ->
                Stream.of(
                        "'head': {'type': 'classifier', 'classes': 3}",
                        "'adapter': {'type': 'plain'}, 'head': {'type': 'upernet', 'classes': 3,"
                            + " 'channels': 8, 'poolScales': [1, 2]}")
                    .map(
                        head ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + ", " + head,
                                () -> assertTakesTheBackbone(folder, head))));
  }

  private static void assertTakesTheBackbone(Path folder, String head) throws IOException {
    Record backbone = backbone(folder);
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode tree = (ObjectNode) json.readTree(("{" + head + "}").replace('\'', '"'));
    ObjectNode section = tree.putObject("backbone").put("type", REGISTRY.partOf(backbone).type());
    section.setAll(RecordBinder.tree(backbone));
    ModelConfig model = ModelConfig.of(tree, REGISTRY);
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      LoadReport report = CheckpointMatch.of(model.model(), checkpoint).report();
      assertEquals(List.of(), report.mismatched());
      assertEquals(
          List.of(),
          report.missing().stream()
              .map(ParameterSpec::name)
              .filter(name -> !name.matches("(fc|head|decode_head)\\..*"))
              .toList());
    }
  }

  private static Map<String, TensorData> lastMap(Path folder) {
    Map<String, TensorData> outputs = new LinkedHashMap<>(outputs(folder));
    outputs.keySet().removeIf(name -> !name.equals(LAST));
    outputs.values().removeIf(data -> data.type().shape().rank() != 4);
    return isConvolutional(folder) ? outputs : Map.of();
  }

  private static boolean isConvolutional(Path folder) {
    return TYPES.contains(json(folder).node().path("backbone_config").path("model_type").asText());
  }

  /** Reads the backbone from a config of transformers. */
  private static Record backbone(Path folder) {
    ConfigTree config = json(folder).child("backbone_config");
    return REGISTRY.huggingFace().get(config.text("model_type", "")).model(config);
  }

  private static ConfigTree json(Path folder) {
    try {
      return ConfigTree.read(folder.resolve("config.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, TensorData> outputs(Path folder) {
    try {
      Path file = folder.resolve("outputs.safetensors");
      return Files.exists(file) ? Fixture.tensors(file) : Map.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void compareLastMap(Path folder) throws IOException {
    Backbone backbone = (Backbone) backbone(folder);
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      Layout layout = REGISTRY.recognise(checkpoint.tensors().keySet()).orElseThrow().alone();
      TensorData pixels = Fixture.tensors(folder.resolve("inputs.safetensors")).get("pixel_values");
      Trace trace = new Trace();
      List<Features> stages = backbone.features(trace.root(), input(trace, pixels));
      Tensor last = stages.get(stages.size() - 1).map();
      compare(trace.graph(Map.of(LAST, last)), checkpoint, layout, pixels, lastMap(folder));
    }
  }

  private static Tensor input(Trace trace, TensorData pixels) {
    return trace.input("pixels", DType.FLOAT32, pixels.type().shape().dims());
  }

  private static void compare(
      Graph graph,
      Checkpoint checkpoint,
      Layout layout,
      TensorData pixels,
      Map<String, TensorData> expected)
      throws IOException {
    LoadReport report = WeightBinding.match(graph, checkpoint, layout);
    assertEquals(List.of(), report.missing());
    assertEquals(List.of(), report.mismatched());
    for (Map<String, TensorData> actual :
        GraphRunner.underTest().run(graph, report.matched(), Map.of("pixels", pixels))) {
      expected.forEach(
          (name, want) ->
              Comparison.assertMatches(
                  name, want, actual.get(name), TOLERANCE * Comparison.largest(want)));
    }
  }
}
