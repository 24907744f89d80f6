package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backbones of transformers inside UperNet: for each suitable recorded model, the test creates a
 * directory with its config as {@code backbone_config}, its weights below {@code backbone.}, and a
 * random head with transformers' names.
 */
class SegmenterBackbonesTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final double TOLERANCE = 1e-4;
  private static final String STAGES = "out_features";

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> everyBackboneOfTransformersServesUperNet() {
    return FixtureFolders.in("fixtures/zoo/hf", "config.json")
        .where("backbone of transformers", f -> config(f).has(STAGES))
        .each(this::compare);
  }

  private static ConfigTree config(Path fixture) {
    try {
      return ConfigTree.read(fixture.resolve("config.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(Path fixture) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(fixture.getFileName().toString()));
    int maps = writeConfig(config(fixture), directory);
    ObjectNode tree =
        HuggingFaceDirectory.read(directory, REGISTRY).modelConfig(REGISTRY, note -> {});
    Model<?, ?> model = ModelConfig.of(tree, REGISTRY).model();
    TensorData pixels = Fixture.tensors(fixture.resolve("inputs.safetensors")).get("pixel_values");
    int[] dims = pixels.type().shape().dims();
    Graph graph = ModelGraph.bare(model, dims[0], new Size(dims[2], dims[3]));
    Path weights = directory.resolve("model.safetensors");
    Safetensors.write(weights, weights(fixture, graph).values(), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      Map<String, TensorSource> matched =
          CheckpointMatch.of(model, graph, checkpoint).requireComplete(false);
      Map<String, TensorData> expected = Fixture.tensors(fixture.resolve("outputs.safetensors"));
      for (Map<String, TensorData> actual :
          GraphRunner.underTest().run(graph, matched, Map.of("pixel_values", pixels))) {
        // The fixtures of whole segmenters cover stages that transformers downsamples before it
        // records
        // them, and maps with their own norms; a last map may have a norm.
        boolean plain = backbone(model).stages().size() == 1;
        for (int i = 1; i < maps && plain; i++) {
          assertSame(expected.get("hidden_states." + i), actual.get("f" + i));
        }
        assertTrue(actual.containsKey("f" + maps));
      }
    }
  }

  private static Backbone backbone(Model<?, ?> model) {
    return ((dev.dovetail.heads.BackboneNetwork<?>) model.network()).backbone();
  }

  /** Uses all stages. */
  private static int writeConfig(ConfigTree config, Path directory) throws IOException {
    ObjectNode backbone = config.node().deepCopy();
    backbone.remove(List.of("architectures", "out_indices"));
    List<String> stages = config.texts("stage_names", List.of());
    backbone.putArray(STAGES);
    stages.subList(1, stages.size()).forEach(backbone.withArray(STAGES)::add);
    backbone.put("apply_layernorm", false);
    ObjectNode whole = JsonMapper.builder().build().createObjectNode();
    whole.put("model_type", "upernet").put("num_labels", 3).put("hidden_size", 8);
    whole.putArray("architectures").add("UperNetForSemanticSegmentation");
    whole.putArray("pool_scales").add(1).add(2);
    whole.put("use_auxiliary_head", false);
    whole.set("backbone_config", backbone);
    Files.writeString(directory.resolve("config.json"), whole.toString());
    return stages.size() - 1;
  }

  /**
   * Returns the recorded weights with the names of AutoBackbone and those of the head with
   * transformers' names.
   */
  private static Map<String, TensorSource> weights(Path fixture, Graph graph) throws IOException {
    Map<String, TensorSource> all = new LinkedHashMap<>();
    try (Checkpoint recorded = Checkpoint.open(fixture.resolve("model.safetensors"))) {
      for (TensorSource tensor : recorded.tensors().values()) {
        String name = tensor.name().replaceFirst("^(swin|swinv2|vitdet)\\.", "");
        if (!name.matches("(classifier|pooler)\\..*|.*_index")) {
          long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
          put(all, "backbone." + name, tensor.floats(), shape);
        }
      }
    }
    Random random = new Random(1);
    for (Parameter parameter : graph.parameters()) {
      ParameterSpec spec = parameter.spec();
      String name =
          spec.name()
              .replace("conv_seg", "classifier")
              .replace(".bn.", ".batch_norm.")
              .replaceFirst("^backbone\\.norm(\\d)\\.", "backbone.hidden_states_norms.stage$1.");
      boolean norm = !name.equals(spec.name()) && name.startsWith("backbone");
      if (norm) {
        int stage = Integer.parseInt(name.replaceAll("\\D+", ""));
        name = name.replaceFirst("stage\\d", "stage" + (stage + 1));
      }
      if (norm || name.startsWith("decode_head")) {
        long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[(int) LongStream.of(shape).reduce(1, (x, y) -> x * y)];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat();
        }
        put(all, name, values, shape);
      }
    }
    return all;
  }

  private static void put(
      Map<String, TensorSource> all, String name, float[] values, long[] shape) {
    all.put(name, ArrayTensor.of(name, values, shape));
  }

  /**
   * @param want a map [batch, channels, height, width], or tokens before and in its grid
   */
  private static void assertSame(TensorData want, TensorData map) {
    int[] dims = map.type().shape().dims();
    double tolerance = TOLERANCE * Comparison.largest(want);
    float[] got = map.floats();
    float[] all = want.floats();
    boolean tokens = want.type().shape().rank() == 3;
    int cells = dims[2] * dims[3];
    int before = tokens ? want.type().shape().dim(1) - cells : 0;
    for (int i = 0; i < got.length; i++) {
      int cell = i % cells;
      int channel = i / cells % dims[1];
      int image = i / cells / dims[1];
      int place = tokens ? (image * (before + cells) + before + cell) * dims[1] + channel : i;
      assertEquals(all[place], got[i], tolerance);
    }
  }
}
