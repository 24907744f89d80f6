package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.assertBecomes;
import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names of D-FINE and DEIMv2 in the layouts of their authors and transformers. {@link
 * DeformableLayoutsTest} writes whole fixtures with the authors' names and reads them back.
 */
class DFineLayoutsTest {

  /** Converts Dovetail's names to those of D-FINE's authors. */
  static List<Rule> dFine() {
    List<Rule> rules = new ArrayList<>();
    String block = "neck\\.encoder\\.((?:fpn|pan)_blocks\\.\\d+)\\.";
    rules.add(rename(block + "conv([14])\\.(.*)", "encoder.$1.cv$2.$3"));
    rules.add(rename(block + "csp_rep1\\.(.*)", "encoder.$1.cv2.0.$2"));
    rules.add(rename(block + "conv2\\.(.*)", "encoder.$1.cv2.1.$2"));
    rules.add(rename(block + "csp_rep2\\.(.*)", "encoder.$1.cv3.0.$2"));
    rules.add(rename(block + "conv3\\.(.*)", "encoder.$1.cv3.1.$2"));
    rules.addAll(common());
    return rules;
  }

  /** Converts Dovetail's names to those of DEIMv2's authors. */
  static List<Rule> deimV2() {
    List<Rule> rules = new ArrayList<>();
    String block = "neck\\.encoder\\.((?:fpn|pan)_blocks?(?:\\.\\d+)?)\\.";
    rules.add(rename(block + "conv1\\.(.*)", "encoder.$1.cv1.$2"));
    rules.add(rename(block + "conv2\\.(.*)", "encoder.$1.cv4.$2"));
    rules.add(rename(block + "csp_rep1\\.conv2\\.(.*)", "encoder.$1.cv2.1.$2"));
    rules.add(rename(block + "csp_rep1\\.(.*)", "encoder.$1.cv2.0.$2"));
    rules.add(rename(block + "csp_rep2\\.conv2\\.(.*)", "encoder.$1.cv3.1.$2"));
    rules.add(rename(block + "csp_rep2\\.(.*)", "encoder.$1.cv3.0.$2"));
    rules.add(rename("neck\\.encoder\\.bi_fusion_conv\\.(.*)", "encoder.bi_fusion.cv.$1"));
    String halved = "neck\\.encoder\\.down_conv([12])\\.";
    rules.add(rename(halved + "conv\\.(.*)", "encoder.down_sample$1.1.$2"));
    rules.add(rename(halved + "norm\\.(.*)", "encoder.down_sample$1.2.$2"));
    rules.add(
        new Rule.Concatenate(
            Pattern.compile("(decoder\\..*)\\.mlp\\.gate_proj\\.(.*)"),
            List.of("$1.mlp.up_proj.$2"),
            "$1.swish_ffn.w12.$2",
            0));
    rules.add(rename("(decoder\\..*)\\.mlp\\.down_proj\\.(.*)", "$1.swish_ffn.w3.$2"));
    rules.add(rename("(decoder\\.layers\\..*norm)\\.weight", "$1.scale"));
    rules.addAll(common());
    return rules;
  }

  private static List<Rule> common() {
    return List.of(
        DeformableLayoutsTest.joined(),
        rename("neck\\.encoder_input_proj\\.(\\d+)\\.0\\.(.*)", "encoder.input_proj.$1.conv.$2"),
        rename("neck\\.encoder_input_proj\\.(\\d+)\\.1\\.(.*)", "encoder.input_proj.$1.norm.$2"),
        rename(
            "neck\\.encoder\\.(downsample_convs\\.\\d+)\\.conv([12])\\.(.*)",
            "encoder.$1.0.cv$2.$3"),
        rename("(neck.*)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(neck.*)\\.final_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("neck\\.(.*)", "$1"),
        rename("((?:en|de)coder\\..*)\\.fc([12])\\.(.*)", "$1.linear$2.$3"),
        rename("(decoder.*)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(decoder.*)\\.encoder_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("(decoder.*)\\.final_layer_norm\\.(.*)", "$1.norm3.$2"),
        rename("(decoder.*)\\.encoder_attn\\.(.*)", "$1.cross_attn.$2"),
        rename("decoder\\.((?:layers|lqe_layers)\\..*)", "decoder.decoder.$1"),
        rename("decoder\\.class_embed\\.(.*)", "decoder.dec_score_head.$1"),
        rename("decoder\\.bbox_embed\\.(.*)", "decoder.dec_bbox_head.$1"),
        rename("enc_output\\.0\\.(.*)", "decoder.enc_output.proj.$1"),
        rename("enc_output\\.1\\.(.*)", "decoder.enc_output.norm.$1"),
        rename("(enc_.*_head\\..*)", "decoder.$1"),
        rename("decoder_input_proj\\.(\\d+)\\.0\\.(.*)", "decoder.input_proj.$1.conv.$2"),
        rename("decoder_input_proj\\.(\\d+)\\.1\\.(.*)", "decoder.input_proj.$1.norm.$2"));
  }

  @ParameterizedTest
  @CsvSource({
    "official-d-fine, decoder.up, decoder.up",
    "official-d-fine, decoder.decoder.reg_scale, decoder.reg_scale",
    "official-d-fine, decoder.decoder.layers.0.cross_attn.num_points_scale,"
        + " decoder.layers.0.encoder_attn.num_points_scale",
    "official-d-fine, decoder.decoder.layers.2.cross_attn.sampling_offsets.bias,"
        + " decoder.layers.2.encoder_attn.sampling_offsets.bias",
    "official-d-fine, decoder.decoder.layers.1.gateway.gate.weight,"
        + " decoder.layers.1.gateway.gate.weight",
    "official-d-fine, decoder.decoder.layers.1.gateway.norm.bias,"
        + " decoder.layers.1.gateway.norm.bias",
    "official-d-fine, decoder.decoder.layers.1.gateway.norm.scale,"
        + " decoder.layers.1.gateway.norm.weight",
    "official-d-fine, decoder.decoder.layers.0.norm1.scale,"
        + " decoder.layers.0.self_attn_layer_norm.weight",
    "official-d-fine, decoder.decoder.layers.0.norm2.scale,"
        + " decoder.layers.0.encoder_attn_layer_norm.weight",
    "official-d-fine, decoder.decoder.layers.0.norm3.weight,"
        + " decoder.layers.0.final_layer_norm.weight",
    "official-d-fine, decoder.decoder.layers.0.linear1.weight, decoder.layers.0.fc1.weight",
    "official-d-fine, decoder.decoder.layers.3.swish_ffn.w3.bias,"
        + " decoder.layers.3.mlp.down_proj.bias",
    "official-d-fine, decoder.decoder.lqe_layers.0.reg_conf.layers.0.weight,"
        + " decoder.lqe_layers.0.reg_conf.layers.0.weight",
    "official-d-fine, decoder.dec_bbox_head.2.layers.1.bias, decoder.bbox_embed.2.layers.1.bias",
    "official-d-fine, decoder.dec_score_head.5.weight, decoder.class_embed.5.weight",
    "official-d-fine, decoder.pre_bbox_head.layers.0.weight,"
        + " decoder.pre_bbox_head.layers.0.weight",
    "official-d-fine, decoder.enc_output.proj.weight, enc_output.0.weight",
    "official-d-fine, decoder.enc_output.norm.bias, enc_output.1.bias",
    "official-d-fine, decoder.input_proj.2.conv.weight, decoder_input_proj.2.0.weight",
    "official-d-fine, decoder.denoising_class_embed.weight, denoising_class_embed.weight",
    "official-d-fine-encoder, encoder.fpn_blocks.1.cv2.0.bottlenecks.2.conv1.conv.weight,"
        + " neck.encoder.fpn_blocks.1.csp_rep1.bottlenecks.2.conv1.conv.weight",
    "official-d-fine-encoder, encoder.pan_blocks.0.cv3.1.norm.running_var,"
        + " neck.encoder.pan_blocks.0.conv3.norm.running_var",
    "official-d-fine-encoder, encoder.downsample_convs.1.0.cv2.conv.weight,"
        + " neck.encoder.downsample_convs.1.conv2.conv.weight",
    "official-d-fine-encoder, encoder.lateral_convs.0.norm.weight,"
        + " neck.encoder.lateral_convs.0.norm.weight",
    "official-deimv2-encoder, encoder.fpn_blocks.0.cv4.conv.weight,"
        + " neck.encoder.fpn_blocks.0.conv2.conv.weight",
    "official-deimv2-encoder, encoder.fpn_blocks.0.cv2.1.norm.bias,"
        + " neck.encoder.fpn_blocks.0.csp_rep1.conv2.norm.bias",
    "official-lite-encoder, encoder.down_sample1.1.weight, neck.encoder.down_conv1.conv.weight",
    "official-lite-encoder, encoder.down_sample2.2.running_mean,"
        + " neck.encoder.down_conv2.norm.running_mean",
    "official-lite-encoder, encoder.bi_fusion.cv.norm.bias, neck.encoder.bi_fusion_conv.norm.bias",
    "official-lite-encoder, encoder.input_proj.0.conv.weight,"
        + " neck.encoder.input_proj.0.conv.weight",
    "official-lite-encoder, encoder.pan_block.cv3.0.bottlenecks.0.conv2.conv.weight,"
        + " neck.encoder.pan_block.csp_rep2.bottlenecks.0.conv2.conv.weight",
    "huggingface-d-fine, bbox_embed.1.layers.0.bias, decoder.bbox_embed.1.layers.0.bias",
    "huggingface-d-fine, model.decoder_input_proj.0.norm.bias, decoder_input_proj.0.1.bias",
    "huggingface-d-fine, model.decoder.layers.0.self_attn.o_proj.bias,"
        + " decoder.layers.0.self_attn.out_proj.bias",
    "huggingface-lite-encoder, model.encoder.fpn_block.csp_rep1.conv1.conv.weight,"
        + " neck.encoder.fpn_block.csp_rep1.conv1.conv.weight",
    "huggingface-deimv2-encoder, model.encoder.aifi.0.layers.0.mlp.layers.1.weight,"
        + " neck.encoder.encoder.0.layers.0.fc2.weight"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    assertBecomes(layout, published, ours);
  }

  /**
   * Options without a fixture: the light encoder, and layers without a gate or shared predictors.
   */
  @ParameterizedTest
  @ValueSource(strings = {"d-fine-n", "deimv2-n", "deimv2-atto"})
  void aPublishedSizeWithItsAuthorsNamesIsReadCompletely(String name, @TempDir Path folder)
      throws IOException {
    Path config = SharedFolder.projectRoot().resolve("configs/" + name + ".json");
    Model<?, ?> model = ModelConfig.read(config, List.of(), PartRegistry.load()).model();
    Map<String, TensorSource> ours = new LinkedHashMap<>();
    Set<String> unread = new LinkedHashSet<>();
    for (Parameter p : ModelGraph.bare(model, 1, new Size(320, 320)).parameters()) {
      float[] values = new float[Math.toIntExact(p.shape().elements())];
      Arrays.fill(values, p.name().hashCode());
      if (p.role() == Role.UNREAD) {
        unread.add(p.name());
      }
      ours.put(
          p.name(),
          ArrayTensor.of(
              p.name(), values, Arrays.stream(p.shape().dims()).asLongStream().toArray()));
    }
    Layout writing = new Layout("", name.startsWith("deim") ? deimV2() : dFine());
    Path file = folder.resolve("theirs.safetensors");
    Safetensors.write(file, writing.apply(ours).tensors().values(), Map.of());
    try (Checkpoint theirs = Checkpoint.open(file)) {
      Map<String, TensorSource> read = CheckpointMatch.of(model, theirs).requireComplete(false);
      Set<String> used = new LinkedHashSet<>(ours.keySet());
      used.removeAll(unread);
      assertEquals(used, new LinkedHashSet<>(read.keySet()));
      for (Map.Entry<String, TensorSource> e : read.entrySet()) {
        assertEquals((float) e.getKey().hashCode(), e.getValue().floats()[0], e.getKey());
      }
    }
  }
}
