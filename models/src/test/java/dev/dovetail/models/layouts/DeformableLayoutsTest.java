package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.assertBecomes;
import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole detectors with a deformable decoder are written in their authors' layout and read back into
 * the same model.
 */
class DeformableLayoutsTest {

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> fixturesAsTheirAuthorsSaveThemAreReadBack() {
    return Stream.of("fixtures/heads", "fixtures/zoo/hf")
        .flatMap(
            part ->
                FixtureFolders.in(part, "config.json")
                    .where("directory of transformers", f -> true)
                    .each(this::readBack));
  }

  private void readBack(Path fixture) throws IOException {
    PartRegistry registry = PartRegistry.load();
    HuggingFaceDirectory directory;
    try {
      directory = HuggingFaceDirectory.read(fixture, registry);
    } catch (IllegalArgumentException e) {
      return; // of a family that is not included
    }
    List<Rule> writing =
        switch (directory.config().text("model_type", "")) {
          case "rt_detr", "rt_detr_v2" -> rtDetr();
          case "deformable_detr" -> deformableDetr();
          case "d_fine" -> DFineLayoutsTest.dFine();
          case "deimv2" -> DFineLayoutsTest.deimV2();
          default -> List.of();
        };
    if (!writing.isEmpty()) {
      readBack(
          ModelConfig.of(directory.modelConfig(registry, note -> {}), registry).model(),
          fixture.resolve("model.safetensors"),
          new Layout("the opposite", writing));
    }
  }

  private void readBack(Model<?, ?> model, Path weights, Layout writing) throws IOException {
    try (Checkpoint ours = Checkpoint.open(weights)) {
      Map<String, TensorSource> expected = CheckpointMatch.of(model, ours).requireComplete(false);
      Path plain = folder.resolve("plain.safetensors");
      Safetensors.write(plain, expected.values(), Map.of());
      Path theirs = folder.resolve("theirs.safetensors");
      try (Checkpoint again = Checkpoint.open(plain)) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>(again.tensors());
        Safetensors.write(theirs, writing.apply(tensors).tensors().values(), Map.of());
      }
      try (Checkpoint written = Checkpoint.open(theirs)) {
        assertTrue(
            written.tensors().keySet().stream().noneMatch(expected::containsKey)
                || !written.tensors().keySet().equals(expected.keySet()));
        Map<String, TensorSource> read =
            new TreeMap<>(CheckpointMatch.of(model, written).requireComplete(false));
        assertEquals(expected.keySet(), read.keySet());
        for (Map.Entry<String, TensorSource> e : expected.entrySet()) {
          assertArrayEquals(e.getValue().floats(), read.get(e.getKey()).floats(), e.getKey());
        }
      }
    }
  }

  static Rule joined() {
    return new Rule.Concatenate(
        Pattern.compile("(.*)\\.q_proj\\.(weight|bias)"),
        List.of("$1.k_proj.$2", "$1.v_proj.$2"),
        "$1.in_proj_$2",
        0);
  }

  private static List<Rule> rtDetr() {
    List<Rule> backbone = new ArrayList<>(DetectorBackbonesLayoutsTest.resNetDOfRtDetr());
    backbone.remove(backbone.size() - 1); // which adds its prefix
    return List.of(
        new Rule.Below("backbone.", backbone),
        joined(),
        rename("(?!neck)(.*layers\\.\\d+)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(?!neck)(.*layers\\.\\d+)\\.encoder_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("(?!neck)(.*layers\\.\\d+)\\.final_layer_norm\\.(.*)", "$1.norm3.$2"),
        rename("(neck.*)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(neck.*)\\.final_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("(.*)\\.fc([12])\\.(.*)", "$1.linear$2.$3"),
        rename("(.*)\\.encoder_attn\\.(.*)", "$1.cross_attn.$2"),
        rename("decoder\\.(layers\\..*)", "decoder.decoder.$1"),
        rename("decoder\\.class_embed\\.(.*)", "decoder.dec_score_head.$1"),
        rename("decoder\\.bbox_embed\\.(.*)", "decoder.dec_bbox_head.$1"),
        rename("(enc_.*)", "decoder.$1"),
        rename("decoder_input_proj\\.(\\d+)\\.0\\.(.*)", "decoder.input_proj.$1.conv.$2"),
        rename("decoder_input_proj\\.(\\d+)\\.1\\.(.*)", "decoder.input_proj.$1.norm.$2"),
        rename("neck\\.encoder_input_proj\\.(\\d+)\\.0\\.(.*)", "encoder.input_proj.$1.conv.$2"),
        rename("neck\\.encoder_input_proj\\.(\\d+)\\.1\\.(.*)", "encoder.input_proj.$1.norm.$2"),
        rename("neck\\.(.*)", "$1"));
  }

  private static List<Rule> deformableDetr() {
    return List.of(
        joined(),
        rename("backbone\\.(.*)", "backbone.0.body.$1"),
        rename("query_position_embeddings\\.(.*)", "query_embed.$1"),
        rename("(encoder\\.layers\\.\\d+)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(encoder\\.layers\\.\\d+)\\.final_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("(decoder.*)\\.encoder_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
        rename("(decoder.*)\\.self_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
        rename("(decoder.*)\\.final_layer_norm\\.(.*)", "$1.norm3.$2"),
        rename("(.*)\\.fc([12])\\.(.*)", "$1.linear$2.$3"),
        rename("(.*)\\.encoder_attn\\.(.*)", "$1.cross_attn.$2"),
        rename(
            "((?:encoder|decoder|level_embed|reference_points|enc_output|pos_trans).*)",
            "transformer.$1"));
  }

  @ParameterizedTest
  @CsvSource({
    "official-rt-detr, decoder.input_proj.2.conv.weight, decoder_input_proj.2.0.weight",
    "official-rt-detr, decoder.input_proj.0.norm.running_var, decoder_input_proj.0.1.running_var",
    "official-rt-detr, decoder.enc_output.0.weight, enc_output.0.weight",
    "official-rt-detr, decoder.enc_output.norm.bias, enc_output.1.bias",
    "official-rt-detr, decoder.enc_bbox_head.layers.2.bias, enc_bbox_head.layers.2.bias",
    "official-rt-detr, decoder.dec_score_head.5.weight, decoder.class_embed.5.weight",
    "official-rt-detr, decoder.dec_bbox_head.0.layers.1.weight,"
        + " decoder.bbox_embed.0.layers.1.weight",
    "official-rt-detr, decoder.query_pos_head.layers.0.weight,"
        + " decoder.query_pos_head.layers.0.weight",
    "official-rt-detr, decoder.decoder.layers.3.cross_attn.sampling_offsets.bias,"
        + " decoder.layers.3.encoder_attn.sampling_offsets.bias",
    "official-rt-detr, decoder.decoder.layers.0.cross_attn.num_points_scale,"
        + " decoder.layers.0.encoder_attn.num_points_scale",
    "official-rt-detr, decoder.decoder.layers.0.norm2.weight,"
        + " decoder.layers.0.encoder_attn_layer_norm.weight",
    "official-hybrid-encoder, encoder.input_proj.1.conv.weight,"
        + " neck.encoder_input_proj.1.0.weight",
    "official-hybrid-encoder, encoder.input_proj.1.1.running_mean,"
        + " neck.encoder_input_proj.1.1.running_mean",
    "official-hybrid-encoder, encoder.encoder.0.layers.0.linear1.weight,"
        + " neck.encoder.encoder.0.layers.0.fc1.weight",
    "official-hybrid-encoder, encoder.fpn_blocks.0.bottlenecks.2.conv1.conv.weight,"
        + " neck.encoder.fpn_blocks.0.bottlenecks.2.conv1.conv.weight",
    "official-deformable-detr, transformer.level_embed, level_embed",
    "official-deformable-detr, query_embed.weight, query_position_embeddings.weight",
    "official-deformable-detr, input_proj.3.1.bias, input_proj.3.1.bias",
    "official-deformable-detr, class_embed.5.weight, class_embed.0.weight",
    "official-deformable-detr, transformer.decoder.bbox_embed.4.layers.2.bias,"
        + " bbox_embed.4.layers.2.bias",
    "official-deformable-detr, transformer.decoder.layers.1.norm1.weight,"
        + " decoder.layers.1.encoder_attn_layer_norm.weight",
    "official-deformable-detr, transformer.encoder.layers.1.linear2.bias,"
        + " encoder.layers.1.fc2.bias",
    "official-deformable-detr, backbone.0.body.layer3.0.conv1.weight,"
        + " backbone.layer3.0.conv1.weight",
    "official-deformable-detr-two-stage, transformer.pos_trans_norm.weight, pos_trans_norm.weight",
    "official-deformable-detr-two-stage, transformer.decoder.class_embed.6.bias,"
        + " class_embed.6.bias",
    "huggingface-deformable-detr, model.backbone.conv_encoder.model.layer1.0.conv1.weight,"
        + " backbone.layer1.0.conv1.weight",
    "huggingface-rt-detr, class_embed.1.bias, decoder.class_embed.1.bias"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    assertBecomes(layout, published, ours);
  }
}
