package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints of Mask2Former and MaskFormer in the authors' layout, whose backbones have
 * detectron2's or Swin's names, are read back. Checkpoints of transformers are fixtures; this test
 * covers names without a fixture.
 */
class Mask2FormerLayoutsTest {

  private static final String HEAD =
      "{'type': 'mask2former', 'classes': 3, 'heads': 2, 'queries': 6, 'layers': 2, 'hidden': 16,"
          + " 'pixels': {'channels': 8, 'heads': 2, 'points': 2, 'layers': 2, 'hidden': 16,"
          + " 'groups': 2}}";

  private static final String MASKFORMER =
      "{'type': 'maskformer', 'classes': 3, 'width': 16, 'heads': 2, 'queries': 6, 'layers': 2,"
          + " 'hidden': 16, 'pixels': {'channels': 8, 'maskChannels': 8, 'groups': 2}}";

  private static final String SWIN =
      "{'type': 'swin', 'width': 8, 'depths': [1, 1, 1, 1], 'heads': [1, 1, 2, 2],"
          + " 'window': 4, 'outputNorms': true}";
  private static final String RESNET =
      "{'type': 'resnet', 'widths': [8, 16, 24, 32], 'depths': [1, 1, 1, 1]}";

  @TempDir private Path folder;

  private static Model<?, ?> model(String backbone, String head) throws IOException {
    String text = "{'backbone': %s, 'adapter': {'type': 'plain'}, 'head': " + head + "}";
    ObjectNode tree =
        (ObjectNode)
            JsonMapper.builder().build().readTree(text.replace("%s", backbone).replace('\'', '"'));
    return ModelConfig.of(tree, PartRegistry.load()).model();
  }

  private static List<Rule> authors(List<Rule> backbone) {
    String pixels = "decode_head\\.pixel_decoder\\.";
    String mixed = pixels + "encoder\\.(layers\\.\\d+)\\.";
    String theirs = "sem_seg_head.pixel_decoder.";
    String layer = "decode_head\\.transformer_decoder\\.layers\\.(\\d+)\\.";
    String queries = "sem_seg_head.predictor.";
    List<Rule> rules = new ArrayList<>(backbone);
    rules.addAll(
        List.of(
            rename(pixels + "input_convs\\.(\\d)\\.conv\\.(.*)", theirs + "input_proj.$1.0.$2"),
            rename(pixels + "input_convs\\.(\\d)\\.gn\\.(.*)", theirs + "input_proj.$1.1.$2"),
            rename(pixels + "level_encoding\\.weight", theirs + "transformer.level_embed"),
            rename(pixels + "mask_feature\\.(.*)", theirs + "mask_features.$1"),
            rename(pixels + "lateral_convs\\.0\\.conv\\.(.*)", theirs + "adapter_1.$1"),
            rename(pixels + "lateral_convs\\.0\\.gn\\.(.*)", theirs + "adapter_1.norm.$1"),
            rename(pixels + "output_convs\\.0\\.conv\\.(.*)", theirs + "layer_1.$1"),
            rename(pixels + "output_convs\\.0\\.gn\\.(.*)", theirs + "layer_1.norm.$1"),
            rename(mixed + "attentions\\.0\\.(.*)", theirs + "transformer.encoder.$1.self_attn.$2"),
            rename(mixed + "norms\\.0\\.(.*)", theirs + "transformer.encoder.$1.norm1.$2"),
            rename(mixed + "norms\\.1\\.(.*)", theirs + "transformer.encoder.$1.norm2.$2"),
            rename(
                mixed + "ffns\\.0\\.layers\\.0\\.0\\.(.*)",
                theirs + "transformer.encoder.$1.linear1.$2"),
            rename(
                mixed + "ffns\\.0\\.layers\\.1\\.(.*)",
                theirs + "transformer.encoder.$1.linear2.$2"),
            rename(
                layer + "attentions\\.0\\.attn\\.(.*)",
                queries + "transformer_cross_attention_layers.$1.multihead_attn.$2"),
            rename(
                layer + "norms\\.0\\.(.*)",
                queries + "transformer_cross_attention_layers.$1.norm.$2"),
            rename(
                layer + "attentions\\.1\\.attn\\.(.*)",
                queries + "transformer_self_attention_layers.$1.self_attn.$2"),
            rename(
                layer + "norms\\.1\\.(.*)",
                queries + "transformer_self_attention_layers.$1.norm.$2"),
            rename(
                layer + "ffns\\.0\\.layers\\.0\\.0\\.(.*)",
                queries + "transformer_ffn_layers.$1.linear1.$2"),
            rename(
                layer + "ffns\\.0\\.layers\\.1\\.(.*)",
                queries + "transformer_ffn_layers.$1.linear2.$2"),
            rename(layer + "norms\\.2\\.(.*)", queries + "transformer_ffn_layers.$1.norm.$2"),
            rename(
                "decode_head\\.transformer_decoder\\.post_norm\\.(.*)",
                queries + "decoder_norm.$1"),
            rename("decode_head\\.cls_embed\\.(.*)", queries + "class_embed.$1"),
            rename("decode_head\\.mask_embed\\.0\\.(.*)", queries + "mask_embed.layers.0.$1"),
            rename("decode_head\\.mask_embed\\.2\\.(.*)", queries + "mask_embed.layers.1.$1"),
            rename("decode_head\\.mask_embed\\.4\\.(.*)", queries + "mask_embed.layers.2.$1"),
            rename("decode_head\\.(.*)", queries + "$1")));
    return rules;
  }

  @Test
  void overSwinInTheLayoutOfTheAuthors() throws IOException {
    new ModelRoundTrip(folder, model(SWIN, HEAD)).assertReadBack(authors(swin()));
    new ModelRoundTrip(folder, model(SWIN, MASKFORMER)).assertReadBack(maskFormer(swin()));
  }

  private static List<Rule> swin() {
    List<Rule> swin = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      swin.add(
          rename(
              "backbone\\.layers\\." + (i + 1) + "\\.downsample\\.(.*)",
              "backbone.layers." + i + ".downsample.$1"));
    }
    return swin;
  }

  @Test
  void overResNetInTheLayoutOfTheAuthors() throws IOException {
    new ModelRoundTrip(folder, model(RESNET, HEAD)).assertReadBack(authors(resnet()));
    new ModelRoundTrip(folder, model(RESNET, MASKFORMER)).assertReadBack(maskFormer(resnet()));
  }

  private static List<Rule> resnet() {
    return List.of(
        rename("backbone\\.conv1\\.(.*)", "backbone.stem.conv1.$1"),
        rename("backbone\\.bn1\\.(.*)", "backbone.stem.conv1.norm.$1"),
        rename("backbone\\.layer4\\.(.*)", "backbone.res5.$1"),
        rename("backbone\\.layer3\\.(.*)", "backbone.res4.$1"),
        rename("backbone\\.layer2\\.(.*)", "backbone.res3.$1"),
        rename("backbone\\.layer1\\.(.*)", "backbone.res2.$1"),
        rename("(backbone\\.res.*)\\.bn(\\d)\\.(.*)", "$1.conv$2.norm.$3"),
        rename("(backbone\\.res.*)\\.downsample\\.0\\.(.*)", "$1.shortcut.$2"),
        rename("(backbone\\.res.*)\\.downsample\\.1\\.(.*)", "$1.shortcut.norm.$2"));
  }

  /** Files of the first version do not have the level {@code pixel_decoder}. */
  @Test
  void maskFormerInTheLayoutOfItsFirstFiles() throws IOException {
    List<Rule> rules = new ArrayList<>(maskFormer(swin()));
    rules.add(rename("sem_seg_head\\.pixel_decoder\\.(.*)", "sem_seg_head.$1"));
    new ModelRoundTrip(folder, model(SWIN, MASKFORMER)).assertReadBack(rules);
  }

  private static List<Rule> maskFormer(List<Rule> backbone) {
    String pixels = "sem_seg_head.pixel_decoder.";
    String fpn = "pixel_level_module\\.decoder\\.fpn\\.";
    String queries = "sem_seg_head.predictor.";
    String layer = "(sem_seg_head\\..*layers\\.\\d+)\\.";
    List<Rule> rules = new ArrayList<>(backbone);
    rules.add(rename(fpn + "stem\\.(.*)", pixels + "layer_4.$1"));
    for (int i = 0; i < 3; i++) {
      String level = fpn + "layers\\." + i;
      rules.add(rename(level + "\\.proj\\.(.*)", pixels + "adapter_" + (3 - i) + ".$1"));
      rules.add(rename(level + "\\.block\\.(.*)", pixels + "layer_" + (3 - i) + ".$1"));
    }
    rules.addAll(
        List.of(
            new Rule.Synthesise(
                Pattern.compile("class_predictor\\.bias"), "criterion.empty_weight", 1),
            rename("(sem_seg_head\\.pixel_decoder\\..*_\\d)\\.0\\.(.*)", "$1.$2"),
            rename("(sem_seg_head\\.pixel_decoder\\..*_\\d)\\.1\\.(.*)", "$1.norm.$2"),
            rename(
                "pixel_level_module\\.decoder\\.mask_projection\\.(.*)",
                pixels + "mask_features.$1"),
            rename("transformer_module\\.queries_embedder\\.(.*)", queries + "query_embed.$1"),
            rename("transformer_module\\.input_projection\\.(.*)", queries + "input_proj.$1"),
            rename("transformer_module\\.(.*)", queries + "transformer.$1"),
            rename("class_predictor\\.(.*)", queries + "class_embed.$1"),
            rename("mask_embedder\\.(\\d)\\.0\\.(.*)", queries + "mask_embed.layers.$1.$2"),
            rename("(sem_seg_head\\..*decoder)\\.layernorm\\.(.*)", "$1.norm.$2"),
            new Rule.Concatenate(
                Pattern.compile(layer + "(self_attn|encoder_attn)\\.q_proj\\.(.*)"),
                List.of("$1.$2.k_proj.$3", "$1.$2.v_proj.$3"),
                "$1.$2.in_proj_$3",
                0),
            rename(layer + "encoder_attn\\.(.*)", "$1.multihead_attn.$2"),
            rename(layer + "fc([12])\\.(.*)", "$1.linear$2.$3"),
            rename(layer + "self_attn_layer_norm\\.(.*)", "$1.norm1.$2"),
            rename(layer + "encoder_attn_layer_norm\\.(.*)", "$1.norm2.$2"),
            rename(layer + "final_layer_norm\\.(.*)", "$1.norm3.$2")));
    return rules;
  }

  @ParameterizedTest
  @CsvSource({
    "official-mask2former, sem_seg_head.predictor.static_query.weight,"
        + " decode_head.query_feat.weight",
    "huggingface-mask2former, model.pixel_level_module.decoder.adapter_2.0.weight,"
        + " decode_head.pixel_decoder.lateral_convs.1.conv.weight",
    "huggingface-mask2former, model.pixel_level_module.decoder.layer_2.1.bias,"
        + " decode_head.pixel_decoder.output_convs.1.gn.bias",
    "huggingface-maskformer, model.transformer_module.decoder.layers.0.mlp.fc1.weight,"
        + " transformer_module.decoder.layers.0.fc1.weight",
    "huggingface-maskformer, model.transformer_module.decoder.layers.0.encoder_attn.o_proj.bias,"
        + " transformer_module.decoder.layers.0.encoder_attn.out_proj.bias",
    "huggingface-maskformer, model.pixel_level_module.encoder.hidden_states_norms.2.weight,"
        + " backbone.norm2.weight"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
