package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of transformers' UperNet and BEiT segmenters, and rejects unsupported ones. */
class SegmenterDirectoriesTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  private static final String SWIN =
      "'backbone_config': {'model_type': 'swin', 'embed_dim': 16, 'num_heads': [1, 2, 4, 8],"
          + " 'out_features': [%s]}";

  private static final String ALL = "'stage1', 'stage2', 'stage3', 'stage4'";

  private static final String BEIT =
      "'model_type': 'beit', 'architectures': ['BeitForSemanticSegmentation'], 'hidden_size': 24,"
          + " 'num_attention_heads': 2, 'num_hidden_layers': 4, 'intermediate_size': 48,"
          + " 'image_size': 64";

  @TempDir private Path folder;

  private ObjectNode read(String config) throws IOException {
    String text = ("{" + config + ", 'num_labels': 3}").replace('\'', '"');
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text);
    Files.writeString(folder.resolve("config.json"), tree.toString());
    return HuggingFaceDirectory.read(folder, REGISTRY).modelConfig(REGISTRY, note -> {});
  }

  private ObjectNode uperNet(String more) throws IOException {
    return read(
        "'model_type': 'upernet', 'architectures': ['UperNetForSemanticSegmentation'], " + more);
  }

  private static List<String> trained(ObjectNode tree) {
    Model<?, ?> model = ModelConfig.of(tree, REGISTRY).model();
    return ModelGraph.training(model, 1, new Size(64, 64)).parameters().stream()
        .map(Parameter::name)
        .toList();
  }

  @Test
  void optionsOfUperNetSetTheHead() throws IOException {
    ObjectNode tree =
        uperNet(
            String.format(Locale.ROOT, SWIN, ALL)
                + ", 'hidden_size': 24, 'pool_scales': [1, 4], 'auxiliary_channels': 12,"
                + " 'auxiliary_num_convs': 2, 'auxiliary_concat_input': true,"
                + " 'auxiliary_in_channels': 64, 'loss_ignore_index': 7");
    assertEquals(24, tree.at("/head/channels").intValue());
    assertEquals("[1,4]", tree.at("/head/poolScales").toString());
    assertEquals(
        "{\"level\":2,\"channels\":12,\"convs\":2,\"concatInput\":true}",
        tree.at("/head/auxiliary").toString());
    assertEquals("whole", tree.at("/test/mode").asText());
    assertEquals(7, tree.at("/labels/ignore").intValue());
    assertTrue(tree.at("/backbone/outputNorms").booleanValue());
    List<String> names = trained(tree);
    assertTrue(names.contains("auxiliary_head.convs.1.bn.weight"), names::toString);
    assertTrue(names.contains("auxiliary_head.conv_cat.conv.weight"), names::toString);
  }

  @Test
  void withoutAnAuxiliaryHeadTrainingHasNone() throws IOException {
    ObjectNode tree =
        uperNet(
            String.format(Locale.ROOT, SWIN, "'stage2', 'stage4'")
                + ", 'use_auxiliary_head': false");
    assertEquals("[2,4]", tree.at("/adapter/after").toString());
    List<String> names = trained(tree);
    assertFalse(names.stream().anyMatch(n -> n.startsWith("auxiliary")), names::toString);
    assertTrue(names.contains("decode_head.lateral_convs.0.conv.weight"), names::toString);
    assertFalse(names.contains("decode_head.lateral_convs.1.conv.weight"), names::toString);
    assertFalse(names.contains("backbone.norm0.weight"), names::toString);
  }

  @Test
  void withoutABackboneItIsAResNet50() throws IOException {
    ObjectNode tree = uperNet("'hidden_size': 8");
    assertEquals("resnet", tree.at("/backbone/type").asText());
    assertEquals("[3,4,6,3]", tree.at("/backbone/depths").toString());
    assertEquals("[1,2,3,4]", tree.at("/adapter/after").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dinov2 | 'num_hidden_layers': 4, 'out_indices': [1, 2, 4] | taps | [1,2,4] | ALL",
        "dinov2 | 'num_hidden_layers': 4, 'apply_layernorm': false, 'out_features': ['stem',"
            + " 'stage1', 'stage3'] | taps | [0,1,3] | NONE",
        "dinov3_vit | 'num_hidden_layers': 4, 'out_indices': [1, 2, -1] | taps | [1,2,4] | ALL",
        "beit | 'num_hidden_layers': 4, 'out_indices': [1, 2, 3] | taps | [1,2,3] | NONE",
        "vitdet | 'num_hidden_layers': 4, 'out_indices': [1, 2, 3] | taps | [1,2,3] | NONE",
        "hgnet_v2 | 'out_indices': [2, 3, 4] | stages | [2,3,4] |",
        "swinv2 | 'out_indices': [1, 2, 3, 4] | stages | [1,2,3,4] |",
        "convnext | 'out_features': ['stage1', 'stage2', 'stage4'] | stages | [1,2,4] |"
      })
  void everyBackboneReturnsTheMapsOfItsConfig(
      String type, String more, String adapter, String after, String norms) throws IOException {
    ObjectNode tree = uperNet("'backbone_config': {'model_type': '" + type + "', " + more + "}");
    assertEquals(adapter, tree.at("/adapter/type").asText());
    assertEquals(after, tree.at("/adapter/after").toString());
    if (norms != null) {
      assertEquals(norms, tree.at("/backbone/head/outputNorm").asText().toUpperCase(Locale.ROOT));
    }
    assertTrue(trained(tree).contains("auxiliary_head.conv_seg.bias"));
  }

  @Test
  void beitsBackboneMayIncludeItsPyramid() throws IOException {
    ObjectNode tree =
        uperNet(
            "'backbone_config': {'model_type': 'beit', 'num_hidden_layers': 4, 'add_fpn': true,"
                + " 'out_indices': [1, 2, 3, 4]}");
    assertEquals("feature2pyramid", tree.at("/neck/type").asText());
    assertTrue(trained(tree).contains("neck.fpn1.3.bias"));
  }

  /**
   * Index 1 is the output of the embedding, which the library counts this way in this class only.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'out_indices': [1, 2, 3, 4] | [0,1,2,3]",
        "'out_indices': [1, 2, 4, -1], 'num_hidden_layers': 5 | [0,1,3,4]",
        "'segmentation_indices': [1, 2, 3, 4] | [0,1,2,3]",
        "'out_features': ['stage1', 'stage2', 'stage3', 'stage4'], 'add_fpn': true | [0,1,2,3]"
      })
  void beitTapsWhereTheLibraryDoes(String more, String after) throws IOException {
    ObjectNode tree = read(BEIT + ", " + more);
    assertEquals("taps", tree.at("/adapter/type").asText());
    assertEquals(after, tree.at("/adapter/after").toString());
    assertEquals("feature2pyramid", tree.at("/neck/type").asText());
    assertEquals(24, tree.at("/head/channels").intValue());
    assertEquals(256, tree.at("/head/auxiliary/channels").intValue());
    assertEquals("direct", tree.at("/test/mode").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'use_relative_position_bias': true | backbone.blocks.1.attn.relative_position_bias_table",
        "'use_shared_relative_position_bias': true | "
            + " backbone.rel_pos_bias.relative_position_bias_table",
        "'use_absolute_position_embeddings': true | backbone.pos_embed"
      })
  void beitsPositionsAreThoseOfItsConfig(String more, String parameter) throws IOException {
    List<String> names = trained(read(BEIT + ", 'out_indices': [1, 2, 3, 4], " + more));
    assertTrue(names.contains(parameter), names::toString);
  }

  @Test
  void data2VecIsTheSame() throws IOException {
    ObjectNode tree =
        read(
            BEIT.replace("'beit'", "'data2vec-vision'").replace("Beit", "Data2VecVision")
                + ", 'num_hidden_layers': 12");
    assertEquals("[2,4,6,10]", tree.at("/adapter/after").toString());
    assertEquals("feature2pyramid", tree.at("/neck/type").asText());
  }

  @Test
  void beitsClassifierIsNotASegmenter() throws IOException {
    ObjectNode tree = read(BEIT.replace("SemanticSegmentation", "ImageClassification"));
    assertEquals("classifier", tree.at("/head/type").asText());
    assertFalse(tree.has("adapter"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'backbone': 'microsoft/resnet-50' | 'backbone' is",
        "'backbone_config': {'model_type': 'bert'} | 'backbone_config.model_type' is \"bert\"",
        "'backbone_config': {'model_type': 'timm_backbone'} | 'backbone_config.model_type'",
        "'backbone_config': {'model_type': 'resnet', 'out_features': ['stem', 'stage1']} |"
            + " without the stem",
        "'backbone_config': {'model_type': 'resnet', 'out_indices': [2, 1]} | ascending stages",
        "'backbone_config': {'model_type': 'resnet', 'out_indices': [3, 4]} |"
            + " 'use_auxiliary_head' is missing, expected false if the backbone has 2 maps",
        "'auxiliary_in_channels': 256 | 'auxiliary_in_channels' is 256, expected 1024",
        "'auxiliary_num_convs': 0 | 'auxiliary_channels' is missing, expected 1024",
        "'backbone_config': {'model_type': 'dinov2', 'reshape_hidden_states': false} |"
            + " 'backbone_config.reshape_hidden_states'",
        "'backbone_config': {'model_type': 'beit', 'add_fpn': true, 'out_indices': [1, 2]} |"
            + " four blocks if add_fpn is true",
        "'pool_scales': [0] | 'pool_scales' is [0]"
      })
  void unsupportedValuesAreRejectedByKey(String more, String expected) {
    String message = assertThrows(ConfigException.class, () -> uperNet(more)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'out_indices': [1, 2, 3] | 'out_indices' is [1,2,3], expected four",
        "'out_indices': [0, 1, 2, 3] | 'out_indices' is [0,1,2,3], expected four",
        "'out_indices': [2, 3, 4, 5] | 'out_indices' is [2,3,4,5]",
        "'use_auxiliary_head': true | 'out_indices' is missing, expected four",
        "'hidden_act': 'relu' | 'hidden_act'",
        "'use_relative_position_bias': true, 'image_size': [64, 96] | expected a square"
      })
  void unsupportedBeitsAreRejectedByKey(String more, String expected) {
    String message =
        assertThrows(ConfigException.class, () -> read(BEIT + ", " + more)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void auxiliaryConvolutionsMayBeAbsent() throws IOException {
    ObjectNode tree = uperNet("'auxiliary_num_convs': 0, 'auxiliary_channels': 1024");
    assertTrue(trained(tree).contains("auxiliary_head.conv_seg.bias"));
    assertFalse(trained(tree).contains("auxiliary_head.convs.0.bn.weight"));
  }
}
