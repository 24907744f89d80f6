package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EoMT from configs and directories. */
class EomtTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String SMALL =
      "'width': 24, 'depth': 3, 'heads': 2, 'pretrainSize': 64, 'embedding': {'classToken': true}";

  @TempDir private Path folder;

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  private static Graph graph(String network, String transformer, Size size) throws IOException {
    JsonNode tree =
        json(
            "{'network': {'type': 'eomt', 'classes': 3, 'queries': 5, 'queryBlocks': 2, "
                + network
                + "'transformer': {"
                + SMALL
                + transformer
                + "}}}");
    ModelConfig config = ModelConfig.of(tree.deepCopy(), REGISTRY);
    return ModelGraph.bare(config.model(), 2, size);
  }

  @ParameterizedTest
  @CsvSource({"64, 64, 16, 16", "96, 64, 24, 16", "75, 101, 20, 28"})
  void masksHaveAQuarterOfThePatchStride(int height, int width, int rows, int columns)
      throws IOException {
    for (String masked : List.of("", "'maskedBlocks': [1, 2], ", "'maskedBlocks': [1], ")) {
      Graph graph = graph(masked, "", new Size(height, width));
      assertArrayEquals(
          new int[] {2, 5, rows, columns},
          graph.outputs().get("masks_queries_logits").shape().dims());
      assertArrayEquals(
          new int[] {2, 5, 4}, graph.outputs().get("class_queries_logits").shape().dims());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'maskedBlocks': [0], | - | maskedBlocks has 0, but queries are in blocks 1 to 2",
        "'maskedBlocks': [3], | - | maskedBlocks has 3",
        "'queryBlocks': 4, | - | queryBlocks is 4, but the transformer has 3 blocks",
        "'queries': 0, | - | queries",
        "'upscaleBlocks': -1, | - | upscaleBlocks",
        "'queries': 5, | , 'attention': {'relative': 'table'} | tables of relative positions",
        "'queries': 5, | , 'windows': [2] | without merging and windows",
      })
  void incompatibleValuesAreRejected(String network, String transformer, String expected) {
    // Later keys of an object take precedence.
    String parts = network == null ? "" : network;
    String more = transformer == null ? "" : transformer;
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> graph(quoted(parts), quoted(more), new Size(64, 64)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private static String quoted(String text) {
    return text.equals("-") ? "" : text;
  }

  private JsonNode directory(float... probabilities) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        json("{'model_type': 'eomt', 'hidden_size': 24, 'num_hidden_layers': 4, 'num_blocks': 2,"
                + "'num_attention_heads': 2, 'image_size': 64, 'id2label': {'0': 'ant', '1': 'bee'}}")
            .toString());
    if (probabilities.length > 0) {
      Safetensors.write(
          folder.resolve("model.safetensors"),
          List.of(ArrayTensor.of("attn_mask_probs", probabilities, probabilities.length)),
          Map.of());
    }
    return HuggingFaceDirectory.read(folder, REGISTRY).modelConfig(REGISTRY, note -> {});
  }

  @Test
  void theWeightsDetermineWhichBlocksMaskAttention() throws IOException {
    assertEquals("[]", directory().at("/network/maskedBlocks").toString());
    assertEquals("[]", directory(0, 0).at("/network/maskedBlocks").toString());
    assertEquals("[3]", directory(0, 1).at("/network/maskedBlocks").toString());
    assertEquals("[2,3]", directory(1, 1).at("/network/maskedBlocks").toString());
    String random = assertThrows(ConfigException.class, () -> directory(0, 0.25f)).getMessage();
    assertTrue(random.contains("attn_mask_probs in the weights has 0.25"), random);
    String three = assertThrows(ConfigException.class, () -> directory(0, 0, 0)).getMessage();
    assertTrue(three.contains("'num_blocks' is 2, expected 3"), three);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'do_split_image': true, 'size': {'shortest_edge': 64} | - | semantic | spread",
        "'do_split_image': true, 'size': {'shortest_edge': 64} | panoptic | panoptic | -",
        "'do_pad': true, 'size': {'shortest_edge': 64, 'longest_edge': 64} | - | panoptic | -",
        "'do_pad': true, 'size': {'shortest_edge': 64, 'longest_edge': 64} | semantic | semantic"
            + " | direct",
        "'do_pad': true, 'size': {'shortest_edge': 64, 'longest_edge': 64} | detection | detection"
            + " | -",
      })
  void theProcessorOrTheUserDeterminesTheTask(
      String processor, String chosen, String task, String mode) throws IOException {
    directory();
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        json("{'image_processor_type': 'EomtImageProcessor', " + processor + "}").toString());
    JsonNode tree =
        HuggingFaceDirectory.read(folder, REGISTRY)
            .modelConfig(REGISTRY, quoted(chosen), note -> {});
    assertEquals(task, tree.path("task").asText());
    assertEquals(quoted(mode), tree.at("/test/mode").asText());
    assertEquals(task, ModelConfig.of(tree.deepCopy(), REGISTRY).model().task().name());
  }
}
