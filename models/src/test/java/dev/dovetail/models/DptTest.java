package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DPT compared with its paper, and over other backbones. */
class DptTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  private static final String DPT =
      "'neck': {'type': 'dpt-fusion', 'channels': 8}, 'head': {'type': 'dpt', 'classes': 3}";
  private static final String SMALL = "'width': 24, 'depth': 4, 'heads': 2, 'pretrainSize': 56";

  private static Model<?, ?> model(String json) throws IOException {
    String text = ("{" + json + "}").replace('\'', '"');
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text);
    return ModelConfig.of(tree, REGISTRY).model();
  }

  private static Model<?, ?> overVit(String embedding, String patches, String readout)
      throws IOException {
    return model(
        "'backbone': {'type': 'vit', "
            + SMALL
            + ", 'patchSize': "
            + patches
            + ", 'embedding': {"
            + embedding
            + "}}, 'adapter': {'type': 'dpt-reassemble', 'channels': [4, 8, 12, 16], 'readout': '"
            + readout
            + "'}, "
            + DPT);
  }

  private static Shape logits(Model<?, ?> model, Size size) {
    return ModelGraph.bare(model, 1, size).outputs().get("logits").shape();
  }

  /**
   * 343 million parameters with the head for depth, which is smaller (Ranftl et al. 2021, table 4).
   */
  @Test
  void theLargeModelHasTheParametersOfThePaper() throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs/dpt-large-ade.json");
    Model<?, ?> model = ModelConfig.read(file, List.of(), REGISTRY).model();
    Graph graph = ModelGraph.bare(model, 1, new Size(480, 480));
    assertEquals(343, Cost.perScope(graph).get("").parameters() / 1e6, 0.5);
    assertEquals(Shape.of(1, 150, 480, 480), graph.outputs().get("logits").shape());
  }

  @ParameterizedTest
  @CsvSource({"ignore, false", "ignore, true", "add, true", "project, true"})
  void everyReadoutRunsOverATransformerThatHasTheToken(String readout, boolean token)
      throws IOException {
    Model<?, ?> model = overVit("'registers': 2, 'classToken': " + token, "16", readout);
    assertEquals(Shape.of(1, 3, 64, 96), logits(model, new Size(64, 96)));
  }

  @ParameterizedTest
  @CsvSource({"add", "project"})
  void aReadoutOfAMissingTokenIsRejected(String readout) throws IOException {
    Model<?, ?> model = overVit("'registers': 0", "16", readout);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> logits(model, new Size(64, 64)));
    assertTrue(e.getMessage().contains("needs a class token"), e.getMessage());
  }

  @Test
  void patchesOf14PixelsGiveMapsWithFractionalStrides() throws IOException {
    String token = "'classToken': true";
    assertEquals(Shape.of(1, 3, 64, 96), logits(overVit(token, "14", "project"), new Size(56, 84)));
    Model<?, ?> boxes =
        model(
            "'backbone': {'type': 'vit', "
                + SMALL
                + ", 'patchSize': 14}, 'adapter': {'type': 'dpt-reassemble', 'readout': 'ignore',"
                + " 'channels': [8, 8, 8, 8]}, 'head': {'type': 'mask-rcnn', 'classes': 3}");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> ModelGraph.bare(boxes, 1, new Size(56, 84)));
    assertTrue(e.getMessage().contains("is not an integer"), e.getMessage());
  }

  /** As in transformers' convolution; other models have an additional incomplete patch. */
  @ParameterizedTest
  @CsvSource({"true, 64, 96", "false, 96, 128"})
  void incompletePatchesMayBeIgnored(boolean whole, int height, int width) throws IOException {
    Model<?, ?> model = overVit("'whole': " + whole, "16", "ignore");
    assertEquals(Shape.of(1, 3, height, width), logits(model, new Size(75, 101)));
  }

  @Test
  void mapsOfAHierarchicalBackboneAreFusedDirectly() throws IOException {
    Model<?, ?> model =
        model(
            "'backbone': {'type': 'swin', 'width': 8, 'depths': [1, 1, 1, 1], 'heads': [1, 1, 2, 2],"
                + " 'window': 4}, 'adapter': {'type': 'plain'}, "
                + DPT);
    assertEquals(Shape.of(1, 3, 64, 96), logits(model, new Size(64, 96)));
    Model<?, ?> reassembled =
        model(
            "'backbone': {'type': 'swin', 'width': 8, 'depths': [1, 1, 1, 1], 'heads': [1, 1, 2, 2],"
                + " 'window': 4}, 'adapter': {'type': 'dpt-reassemble'}, "
                + DPT);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> logits(reassembled, new Size(64, 96)));
    assertTrue(e.getMessage().contains("use the adapter 'plain' for their maps"), e.getMessage());
  }
}
