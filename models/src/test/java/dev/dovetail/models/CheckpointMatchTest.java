package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of a backbone are read the same with and without the prefix of a whole model. */
class CheckpointMatchTest {

  private static final String BEIT =
      "{'backbone': {'type': 'beit', 'width': 24, 'depth': 4, 'heads': 2, 'windows': [3]}, %s}";

  private static final String DENSE =
      BEIT.replace(
          "%s",
          "'adapter': {'type': 'plain'},"
              + " 'head': {'type': 'upernet', 'channels': 8, 'classes': 3,"
              + " 'auxiliary': {'channels': 8}}");

  private static final String VITDET =
      BEIT.replace(
          "%s",
          "'adapter': {'type': 'simple-pyramid', 'channels': 8},"
              + " 'head': {'type': 'upernet', 'channels': 8, 'classes': 3}");

  private static final String CLASSIFIER =
      BEIT.replace("%s", "'head': {'type': 'classifier', 'classes': 3}");

  @TempDir private Path folder;

  private static Model<?, ?> model(String config) throws IOException {
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(config.replace('\'', '"'));
    return ModelConfig.of(tree, PartRegistry.load()).model();
  }

  /** Matches a model's parameters to a file with other names. */
  private LoadReport match(String config, UnaryOperator<String> renamed) throws IOException {
    Model<?, ?> model = model(config);
    List<ArrayTensor> tensors = new ArrayList<>();
    for (Parameter p : ModelGraph.bare(model, 1, new Size(64, 64)).parameters()) {
      String name = renamed.apply(p.name());
      if (!name.isEmpty()) {
        long[] dims = Arrays.stream(p.shape().dims()).asLongStream().toArray();
        float[] values = new float[Math.toIntExact(p.shape().elements())];
        tensors.add(ArrayTensor.of(name, values, dims));
      }
    }
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return CheckpointMatch.of(model, checkpoint).report();
    }
  }

  /** Returns the name of a layer scale in the code of BEiT's authors. */
  private static String ofBeit(String name) {
    return name.replaceFirst("\\.gamma([12])$", ".gamma_$1");
  }

  private static void assertComplete(LoadReport report) {
    assertTrue(report.complete(), report::describe);
    assertEquals(8, report.matched().keySet().stream().filter(n -> n.contains("gamma")).count());
  }

  @Test
  void aClassifierReadsTheNamesOfBeit() throws IOException {
    assertComplete(match(CLASSIFIER, CheckpointMatchTest::ofBeit));
  }

  @Test
  void aDenseModelReadsThemBelowTheBackbonePrefix() throws IOException {
    assertComplete(match(DENSE, CheckpointMatchTest::ofBeit));
    assertComplete(match(DENSE, name -> "model." + ofBeit(name)));
    assertComplete(match(VITDET, CheckpointMatchTest::ofBeit));
  }

  @Test
  void aDenseModelReadsTheCheckpointOfABackbone() throws IOException {
    LoadReport report =
        match(
            DENSE,
            name ->
                name.startsWith("backbone.") ? ofBeit(name.substring("backbone.".length())) : "");
    assertEquals(List.of(), report.unexpected());
    assertTrue(report.missing().stream().noneMatch(p -> p.name().startsWith("backbone.")));
    assertEquals(8, report.matched().keySet().stream().filter(n -> n.contains("gamma")).count());
  }

  @Test
  void theModelsOwnNamesAndThoseOfTimmAreRead() throws IOException {
    assertComplete(match(DENSE, name -> name));
    String vit = DENSE.replace("beit", "vit");
    assertComplete(match(vit, name -> name.replaceFirst("\\.gamma([12])$", ".ls$1.gamma")));
  }
}
