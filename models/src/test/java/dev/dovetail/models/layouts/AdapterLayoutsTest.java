package dev.dovetail.models.layouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other names of adapters in checkpoints, and weights that may be absent. */
class AdapterLayoutsTest {

  private static final String COMER =
      "{'type': 'vit-comer', 'flavour': 'FLAVOUR', 'stemChannels': 4, 'deformHeads': 2,"
          + " 'interactionIndexes': [[0, 0], [1, 1], [2, 2], [3, 3]], 'toV': [true, false, true,"
          + " true], 'cnnInteraction': [true, true, false, true]}";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"co_detr", "co_detr_old", "detection", "segmentation"})
  void namesOfTheBranchCoDetrAreRecognizedInAWholeModelAndInABackbone(String flavour)
      throws IOException {
    ModelConfig model = model(COMER.replace("FLAVOUR", flavour));
    LoadReport whole = match(model, p -> true, AdapterLayoutsTest::ofCoDetr);
    assertTrue(whole.complete(), whole.describe());
    LoadReport backbone =
        match(
            model,
            p -> p.name().startsWith("backbone."),
            name -> ofCoDetr(name).replaceFirst("backbone\\.", ""));
    assertEquals(List.of(), backbone.unexpected());
    assertEquals(List.of(), backbone.mismatched());
    assertTrue(
        backbone.missing().stream()
            .map(ParameterSpec::name)
            .allMatch(n -> n.startsWith("decode_head.")));
  }

  @Test
  void injectorsAndExtractorsOfViTAdapterKeepTheirNames() throws IOException {
    ModelConfig model =
        model(
            "{'type': 'vit-adapter', 'stemChannels': 4, 'deformHeads': 2, 'interactionIndexes':"
                + " [[0, 0], [1, 1], [2, 2], [3, 3]]}");
    LoadReport report = match(model, p -> true, name -> name);
    assertTrue(report.complete(), report.describe());
    assertTrue(report.matched().keySet().stream().anyMatch(n -> n.contains(".injector.")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unusedWeightsOfThePublishedModelAreOptional(boolean there) throws IOException {
    ModelConfig model = model(COMER.replace("FLAVOUR", "segmentation"));
    List<String> unread =
        parameters(model).stream()
            .filter(p -> p.role() == Role.UNREAD)
            .map(Parameter::name)
            .toList();
    assertTrue(unread.contains("backbone.interactions.1.mrfp.fc1.weight"), unread.toString());
    assertTrue(unread.contains("backbone.interactions.2.cti_toc.feat_norm.bias"));
    LoadReport report = match(model, p -> there || p.role() != Role.UNREAD, name -> name);
    assertTrue(report.complete(), report.describe());
    assertEquals(there, report.unused().keySet().containsAll(unread));
  }

  private static ModelConfig model(String adapter) throws IOException {
    String json =
        "{'backbone': {'type': 'vit', 'width': 12, 'depth': 4, 'heads': 2}, 'adapter': "
            + adapter
            + ", 'head': {'type': 'upernet', 'classes': 3, 'channels': 8}}";
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(json.replace('\'', '"'));
    return ModelConfig.of(tree, PartRegistry.load());
  }

  private static List<Parameter> parameters(ModelConfig model) {
    return ModelGraph.bare(model.model(), 1, new Size(64, 64)).parameters();
  }

  private LoadReport match(
      ModelConfig model, Predicate<Parameter> stored, UnaryOperator<String> name)
      throws IOException {
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : parameters(model)) {
      if (stored.test(p)) {
        long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
        tensors.add(
            ArrayTensor.of(name.apply(p.name()), new float[(int) p.shape().elements()], shape));
      }
    }
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return CheckpointMatch.of(model.model(), checkpoint).report();
    }
  }

  private static String ofCoDetr(String name) {
    return name.replace(".mrfp.", ".multiconv.")
        .replace(".cti_tov.", ".injector.")
        .replace(".cti_toc.", ".extractor.")
        .replace(".extra_CTIs.", ".extra_extractors.");
  }
}
