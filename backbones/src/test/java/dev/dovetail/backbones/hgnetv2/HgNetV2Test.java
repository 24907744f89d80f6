package dev.dovetail.backbones.hgnetv2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.hgnetv2.HgNetV2.Stages;
import dev.dovetail.backbones.hgnetv2.HgNetV2.Stem;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes and parameter names of HGNetV2, and its configs in transformers. */
class HgNetV2Test {

  private static final String SMALL =
      "{'model_type': 'hgnet_v2', 'stem_channels': [3, 8, 16], 'stem_strides': [2, 1, 1, 1, 2],"
          + " 'stage_in_channels': [16, 24], 'stage_mid_channels': [8, 12],"
          + " 'stage_out_channels': [24, 32], 'stage_num_blocks': [1, 2],"
          + " 'stage_downsample': [true, true], 'stage_downsample_strides': [1, 3],"
          + " 'stage_light_block': [false, true], 'stage_kernel_size': [3, 5],"
          + " 'stage_numb_of_layers': [2, 1], 'use_learnable_affine_block': true%s}";

  private static HgNetV2 read(String text) throws JsonProcessingException {
    JsonNode tree = JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return new HuggingFaceHgNetV2().model(ConfigTree.of((ObjectNode) tree, "config.json"));
  }

  private static HgNetV2 small() {
    return new HgNetV2(
        new Stem(List.of(8, 16), List.of(2, 1, 2)),
        new Stages(
            List.of(24, 32),
            List.of(8, 12),
            List.of(1, 2),
            List.of(2, 1),
            List.of(3, 5),
            List.of(false, true),
            List.of(1, 3)),
        true,
        0);
  }

  @Test
  void anEmptyConfigIsTheDefaultModelOfTransformers() throws JsonProcessingException {
    assertEquals(HgNetV2Presets.b4(), read("{}"));
  }

  @Test
  void theBackboneHasTheNumbersOfTheConfig() throws JsonProcessingException {
    assertEquals(small(), read(SMALL.replace("%s", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'hidden_act': 'gelu' | 'hidden_act' is \"gelu\"",
        "'stem_channels': [1, 8, 16] | 'stem_channels' is [1,8,16], expected 3 and two widths",
        "'stem_strides': [2, 2, 1, 2, 1] | the second and the third are 1",
        "'stage_in_channels': [16, 32] | 'stage_in_channels' is [16,32], expected [16, 24]",
        "'stage_downsample': [true] | a flag for each of the 2 stages",
        "'stage_downsample_strides': [2] | a stride for each of the 2 stages",
        "'stage_kernel_size': [3, 4] | as many odd numbers in kernels as in widths",
        "'stage_light_block': [true] | as many values in light and downsampling as in widths"
      })
  void unsupportedValuesAreRejected(String key, String words) {
    String text = SMALL.replace("%s", ", " + key);
    String message = assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void aListOfFlagsContainsOnlyBooleans() {
    String text = SMALL.replace("%s", ", 'stage_light_block': [0, 1]");
    String message = assertThrows(ConfigException.class, () -> read(text)).getMessage();
    assertTrue(message.contains("expected a list of true or false"), message);
  }

  private static Graph trace(HgNetV2 model, int height, int width, int classes) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    return trace.graph(Map.of("logits", model.logits(trace.root(), image, classes)));
  }

  @Test
  void stridesAreThoseOfTheConfig() {
    assertEquals(List.of(4, 12), small().strides());
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 75, 101);
    List<Features> stages = small().features(trace.root(), image);
    assertEquals(Shape.of(1, 24, 19, 26), stages.get(0).map().shape());
    assertEquals(Shape.of(1, 32, 7, 9), stages.get(1).map().shape());
  }

  @Test
  void namesAreThoseOfDFineAndTimm() {
    List<String> names =
        trace(small().withClassifierWidth(20), 64, 64, 5).parameters().stream()
            .map(p -> p.name())
            .toList();
    assertTrue(
        names.containsAll(
            List.of(
                "stem.stem1.conv.weight",
                "stem.stem2a.bn.running_var",
                "stem.stem4.lab.scale",
                "stages.0.downsample.bn.weight",
                "stages.0.blocks.0.layers.1.conv.weight",
                "stages.0.blocks.0.layers.1.lab.bias",
                "stages.1.blocks.1.layers.0.conv1.bn.bias",
                "stages.1.blocks.1.layers.0.conv2.conv.weight",
                "stages.1.blocks.0.aggregation.1.lab.scale",
                "head.last_conv.0.weight",
                "head.last_conv.2.scale",
                "head.fc.bias")),
        names.toString());
    // A convolution without an activation has none.
    assertTrue(names.stream().noneMatch(n -> n.matches(".*(downsample|conv1)\\.lab\\..*")));
  }

  @Test
  void aClassifierOfTransformersHasNoConvolutionAfterThePooling() {
    assertTrue(
        trace(small(), 64, 64, 5).parameters().stream()
            .noneMatch(p -> p.name().contains("last_conv")));
  }

  @Test
  void presetsUsedByDFineHaveItsStages() {
    Preset b0 =
        HgNetV2Presets.presets().stream()
            .filter(p -> p.name().equals("hgnetv2_b0"))
            .findFirst()
            .orElseThrow();
    HgNetV2 model = (HgNetV2) b0.model();
    assertEquals(List.of(4, 8, 16, 32), model.strides());
    assertEquals(List.of(64, 256, 512, 1024), model.layout().widths());
  }
}
