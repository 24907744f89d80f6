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
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of LW-DETR and RF-DETR: whole fixtures in the layout of the other library are read back,
 * and names of published checkpoints are converted correctly.
 */
class LwDetrLayoutsTest {

  private static final Pattern PROJECTION =
      Pattern.compile("(decoder\\.layers\\.\\d+\\.self_attn)\\.q_proj\\.(weight|bias)");

  @TempDir Path folder;

  /** Converts Dovetail's names to the authors', except for the backbone. */
  private static final List<Rule> AUTHORS =
      List.of(
          new Rule.Concatenate(
              PROJECTION, List.of("$1.k_proj.$2", "$1.v_proj.$2"), "$1.in_proj_$2", 0),
          rename("(decoder\\.layers\\.\\d+)\\.self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.encoder_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.final_layer_norm\\.(.*)", "$1.norm3.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.encoder_attn\\.(.*)", "$1.cross_attn.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.fc([12])\\.(.*)", "$1.linear$2.$3"),
          rename("decoder\\.layernorm\\.(.*)", "decoder.norm.$1"),
          rename("((?:decoder|enc_\\w+)\\..*)", "transformer.$1"),
          rename("reference_point_embed\\.weight", "refpoint_embed.weight"),
          rename("(neck\\..*)\\.norm\\.(.*)", "$1.bn.$2"),
          rename("(neck\\..*)\\.conv([12])\\.(conv|bn)\\.(.*)", "$1.cv$2.$3.$4"),
          rename(
              "neck\\.scale_layers\\.(\\d+)\\.sampling_layers\\.(\\d+)\\.layers\\.(.*)",
              "backbone.0.projector.stages_sampling.$1.$2.$3"),
          rename(
              "neck\\.scale_layers\\.(\\d+)\\.projector_layer\\.bottlenecks\\.(.*)",
              "backbone.0.projector.stages.$1.0.m.$2"),
          rename(
              "neck\\.scale_layers\\.(\\d+)\\.projector_layer\\.(.*)",
              "backbone.0.projector.stages.$1.0.$2"),
          rename(
              "neck\\.scale_layers\\.(\\d+)\\.layer_norm\\.(.*)",
              "backbone.0.projector.stages.$1.1.$2"));

  private static final List<Rule> AUTHORS_BACKBONE =
      List.of(
          rename("(backbone\\.blocks\\..*)\\.gamma([12])", "$1.gamma_$2"),
          rename("backbone\\.((?!0\\.).*)", "backbone.0.encoder.$1"));

  /** Converts Dovetail's names to those inside transformers, except for the backbone. */
  private static final List<Rule> TRANSFORMERS =
      List.of(
          rename("(decoder\\.layers\\..*)\\.out_proj\\.(.*)", "$1.o_proj.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.encoder_attn(.*)", "$1.cross_attn$2"),
          rename("(decoder\\.layers\\.\\d+)\\.final_layer_norm\\.(.*)", "$1.layer_norm.$2"),
          rename("(decoder\\.layers\\.\\d+)\\.(fc[12])\\.(.*)", "$1.mlp.$2.$3"),
          rename("((?:decoder|enc_\\w+|reference_point_embed|query_feat)\\..*)", "model.$1"),
          rename("neck\\.(.*)", "model.backbone.projector.$1"));

  @TestFactory
  Stream<DynamicTest> wholeModelsInOtherLayoutsAreReadBack() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("LW-DETR or RF-DETR of transformers", LwDetrLayoutsTest::isOfTheFamily)
        .each(this::readBack);
  }

  private static boolean isOfTheFamily(Path fixture) {
    return Set.of("lw_detr", "rf_detr").contains(type(fixture));
  }

  private static String type(Path fixture) {
    try {
      return ConfigTree.read(fixture.resolve("config.json")).text("model_type", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readBack(Path fixture) throws IOException {
    PartRegistry registry = PartRegistry.load();
    Model<?, ?> model =
        ModelConfig.of(
                HuggingFaceDirectory.read(fixture, registry).modelConfig(registry, note -> {}),
                registry)
            .model();
    try (Checkpoint checkpoint = Checkpoint.open(fixture.resolve("model.safetensors"))) {
      Map<String, TensorSource> ours = CheckpointMatch.of(model, checkpoint).requireComplete(false);
      Path plain = folder.resolve("plain.safetensors");
      Safetensors.write(plain, ours.values(), Map.of());
      boolean cae = type(fixture).equals("lw_detr");
      List<Rule> authors =
          cae ? Stream.concat(AUTHORS.stream(), AUTHORS_BACKBONE.stream()).toList() : AUTHORS;
      for (List<Rule> rules : List.of(authors, TRANSFORMERS)) {
        assertReadBack(model, plain, rules, ours);
      }
    }
  }

  private void assertReadBack(
      Model<?, ?> model, Path plain, List<Rule> rules, Map<String, TensorSource> ours)
      throws IOException {
    Path theirs = folder.resolve("theirs.safetensors");
    Files.deleteIfExists(theirs);
    try (Checkpoint source = Checkpoint.open(plain)) {
      Layout layout = new Layout("", rules);
      Safetensors.write(theirs, layout.apply(source.tensors()).tensors().values(), Map.of());
    }
    try (Checkpoint written = Checkpoint.open(theirs)) {
      assertTrue(
          written.tensors().keySet().stream().noneMatch(n -> n.startsWith("neck.")),
          "names are ours still");
      Map<String, TensorSource> read = CheckpointMatch.of(model, written).requireComplete(false);
      assertEquals(ours.keySet(), read.keySet());
      for (String name : ours.keySet()) {
        assertArrayEquals(ours.get(name).floats(), read.get(name).floats(), name);
      }
    }
  }

  /**
   * Names of published checkpoints, such as rf-detr-base-coco.pth and LWDETR_large_60e_coco.pth.
   */
  @ParameterizedTest
  @CsvSource({
    "official-lw-detr, transformer.decoder.layers.2.cross_attn.sampling_offsets.weight,"
        + " decoder.layers.2.encoder_attn.sampling_offsets.weight",
    "official-lw-detr, transformer.decoder.layers.0.self_attn.out_proj.bias,"
        + " decoder.layers.0.self_attn.out_proj.bias",
    "official-lw-detr, transformer.decoder.layers.1.linear1.weight, decoder.layers.1.fc1.weight",
    "official-lw-detr, transformer.decoder.layers.1.norm3.bias,"
        + " decoder.layers.1.final_layer_norm.bias",
    "official-lw-detr, transformer.decoder.ref_point_head.layers.1.weight,"
        + " decoder.ref_point_head.layers.1.weight",
    "official-lw-detr, transformer.decoder.norm.weight, decoder.layernorm.weight",
    "official-lw-detr, transformer.enc_output.12.weight, enc_output.12.weight",
    "official-lw-detr, transformer.enc_output_norm.0.bias, enc_output_norm.0.bias",
    "official-lw-detr, transformer.enc_out_bbox_embed.7.layers.2.bias,"
        + " enc_out_bbox_embed.7.layers.2.bias",
    "official-lw-detr, refpoint_embed.weight, reference_point_embed.weight",
    "official-lw-detr, query_feat.weight, query_feat.weight",
    "official-lw-detr, segmentation_head.blocks.3.dwconv.weight,"
        + " segmentation_head.blocks.3.dwconv.weight",
    "official-lw-detr-projector, backbone.0.projector.stages.0.0.cv1.conv.weight,"
        + " neck.scale_layers.0.projector_layer.conv1.conv.weight",
    "official-lw-detr-projector, backbone.0.projector.stages.1.0.m.2.cv2.bn.weight,"
        + " neck.scale_layers.1.projector_layer.bottlenecks.2.conv2.norm.weight",
    "official-lw-detr-projector, backbone.0.projector.stages.1.1.bias,"
        + " neck.scale_layers.1.layer_norm.bias",
    "official-lw-detr-projector, backbone.0.projector.stages_sampling.0.3.0.weight,"
        + " neck.scale_layers.0.sampling_layers.3.layers.0.weight",
    "official-lw-detr-projector, backbone.0.projector.stages_sampling.1.0.0.bn.running_var,"
        + " neck.scale_layers.1.sampling_layers.0.layers.0.norm.running_var",
    "huggingface-lw-detr, model.decoder.layers.0.mlp.fc1.weight, decoder.layers.0.fc1.weight",
    "huggingface-lw-detr, model.reference_point_embed.weight, reference_point_embed.weight",
    "huggingface-lw-detr-projector,"
        + " model.backbone.projector.scale_layers.1.sampling_layers.0.layers.0.conv.weight,"
        + " neck.scale_layers.1.sampling_layers.0.layers.0.conv.weight"
  })
  void publishedNamesAreConverted(String layout, String published, String ours) throws IOException {
    assertBecomes(layout, published, ours);
  }
}
