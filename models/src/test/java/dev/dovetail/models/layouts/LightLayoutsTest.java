package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of light backbones: the weights of a fixture, written in another publisher's layout, are
 * recognized and read back, and names of published checkpoints are converted correctly.
 */
class LightLayoutsTest extends OtherLayouts {

  private static final List<LayoutRoundTrip.Writer> WRITERS =
      List.of(
          new LayoutRoundTrip.Writer(
              "huggingface-mobilevitv2", "mobilevitv2", mobileVitOfHuggingFace()),
          new LayoutRoundTrip.Writer("official-mobilevitv2", "mobilevitv2", mobileVitOfApple()),
          new LayoutRoundTrip.Writer(
              "official-efficientvit", "efficientvit", efficientVitOfMit(false)),
          new LayoutRoundTrip.Writer(
              "official-efficientvit-large", "efficientvit", efficientVitOfMit(true)),
          new LayoutRoundTrip.Writer("huggingface-segformer", "mit", segformerOfHuggingFace()),
          new LayoutRoundTrip.Writer(
              "mmseg-mit", "mit", ".*", LightLayoutsTest::mixTransformerOfMmseg));

  @Override
  List<LayoutRoundTrip.Writer> writers() {
    return WRITERS;
  }

  private static List<Rule> mobileVitOfHuggingFace() {
    String layer = "mobilevitv2.encoder.layer.$1.";
    return List.of(
        rename("head\\.fc\\.(.*)", "classifier.$1"),
        rename("(.*\\.(?:qkv_proj|out_proj|conv_1x1))\\.(weight|bias)", "$1.convolution.$2"),
        rename("(.*)\\.mlp\\.fc([12])\\.(.*)", "$1.ffn.conv$2.convolution.$3"),
        rename("(.*)\\.conv\\.weight", "$1.convolution.weight"),
        rename("(.*)\\.bn\\.(.*)", "$1.normalization.$2"),
        rename("(.*)\\.conv1_1x1\\.(.*)", "$1.expand_1x1.$2"),
        rename("(.*)\\.conv2_kxk\\.(.*)", "$1.conv_3x3.$2"),
        rename("(.*)\\.conv3_1x1\\.(.*)", "$1.reduce_1x1.$2"),
        rename("(.*)\\.norm1\\.(.*)", "$1.layernorm_before.$2"),
        rename("(.*)\\.norm2\\.(.*)", "$1.layernorm_after.$2"),
        rename("(.*)\\.attn\\.(.*)", "$1.attention.$2"),
        rename("stem\\.(.*)", "mobilevitv2.conv_stem.$1"),
        rename("stages\\.([01])\\.(.*)", layer + "layer.$2"),
        rename("stages\\.(\\d)\\.0\\.(.*)", layer + "downsampling_layer.$2"),
        rename("stages\\.(\\d)\\.1\\.transformer\\.(.*)", layer + "transformer.layer.$2"),
        rename("stages\\.(\\d)\\.1\\.norm\\.(.*)", layer + "layernorm.$2"),
        rename("stages\\.(\\d)\\.1\\.conv_proj\\.(.*)", layer + "conv_projection.$2"),
        rename("stages\\.(\\d)\\.1\\.(.*)", layer + "$2"));
  }

  private static List<Rule> mobileVitOfApple() {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("head\\.fc\\.(.*)", "classifier.1.$1"),
                rename("(.*)\\.norm1\\.(.*)", "$1.pre_norm_attn.0.$2"),
                rename("(.*)\\.norm2\\.(.*)", "$1.pre_norm_ffn.0.$2"),
                rename("(.*)\\.attn\\.(\\w+)\\.(.*)", "$1.pre_norm_attn.1.$2.block.conv.$3"),
                rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.pre_norm_ffn.1.block.conv.$2"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.pre_norm_ffn.3.block.conv.$2"),
                rename("(.*)\\.conv_kxk\\.(.*)", "$1.local_rep.0.$2"),
                rename("(.*)\\.conv_1x1\\.weight", "$1.local_rep.1.block.conv.weight"),
                rename("(.*)\\.conv\\.weight", "$1.block.conv.weight"),
                rename("(.*)\\.block\\.block\\.conv\\.(.*)", "$1.block.conv.$2"),
                rename("(.*)\\.bn\\.(.*)", "$1.block.norm.$2"),
                rename("(.*)\\.conv1_1x1\\.(.*)", "$1.block.exp_1x1.$2"),
                rename("(.*)\\.conv2_kxk\\.(.*)", "$1.block.conv_3x3.$2"),
                rename("(.*)\\.conv3_1x1\\.(.*)", "$1.block.red_1x1.$2"),
                rename("stages\\.2\\.1\\.norm\\.(.*)", "stages.2.1.global_rep.2.$1"),
                rename("stages\\.3\\.1\\.norm\\.(.*)", "stages.3.1.global_rep.4.$1"),
                rename("stages\\.4\\.1\\.norm\\.(.*)", "stages.4.1.global_rep.3.$1"),
                rename("(.*)\\.transformer\\.(.*)", "$1.global_rep.$2"),
                rename("stem\\.(.*)", "conv_1.$1")));
    IntStream.range(0, 5)
        .forEach(i -> rules.add(rename("stages\\." + i + "\\.(.*)", "layer_" + (i + 1) + ".$1")));
    return rules;
  }

  private static List<Rule> efficientVitOfMit(boolean large) {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("head\\.in_conv\\.(.*)", "head.op_list.0.$1"),
                rename("head\\.classifier\\.0\\.(.*)", "head.op_list.2.linear.$1"),
                rename("head\\.classifier\\.1\\.(.*)", "head.op_list.2.norm.$1"),
                rename("head\\.classifier\\.4\\.(.*)", "head.op_list.3.linear.$1")));
    int shift = large ? 1 : 0;
    for (int i = 3; i >= 0; i--) {
      String to = "backbone.stages." + (i + shift) + ".op_list.$1";
      rules.add(rename("stages\\." + i + "\\.blocks\\.(.*)", to));
    }
    String stem = large ? "backbone.stages.0" : "backbone.input_stem";
    rules.add(rename("stem\\.in_conv\\.(.*)", stem + ".op_list.0.$1"));
    rules.add(rename("stem\\.res0\\.(.*)", stem + ".op_list.1.$1"));
    return rules;
  }

  private static List<Rule> segformerOfHuggingFace() {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("(.*)\\.attn\\.q\\.(.*)", "$1.attention.self.query.$2"),
                new Rule.Split(
                    Pattern.compile("(.*)\\.attn\\.kv\\.(.*)"),
                    List.of("$1.attention.self.key.$2", "$1.attention.self.value.$2"),
                    0),
                rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
                rename("(.*)\\.attn\\.norm\\.(.*)", "$1.attention.self.layer_norm.$2"),
                rename("(.*)\\.attn\\.(.*)", "$1.attention.self.$2"),
                rename("(.*block.*)\\.norm([12])\\.(.*)", "$1.layer_norm_$2.$3"),
                rename("(.*)\\.mlp\\.fc([12])\\.(.*)", "$1.mlp.dense$2.$3"),
                rename("decode_head\\.linear_fuse\\.conv\\.(.*)", "decode_head.linear_fuse.$1"),
                rename("decode_head\\.linear_fuse\\.bn\\.(.*)", "decode_head.batch_norm.$1"),
                rename("decode_head\\.linear_pred\\.(.*)", "decode_head.classifier.$1")));
    String encoder = "segformer.encoder.";
    for (int i = 0; i < 4; i++) {
      String n = (i + 1) + "\\.(.*)";
      rules.add(
          rename(
              "backbone\\.patch_embed" + (i + 1) + "\\.norm\\.(.*)",
              encoder + "patch_embeddings." + i + ".layer_norm.$1"));
      rules.add(rename("backbone\\.patch_embed" + n, encoder + "patch_embeddings." + i + ".$1"));
      rules.add(rename("backbone\\.block" + n, encoder + "block." + i + ".$1"));
      rules.add(rename("backbone\\.norm" + n, encoder + "layer_norm." + i + ".$1"));
      rules.add(rename("decode_head\\.linear_c" + n, "decode_head.linear_c." + i + ".$1"));
    }
    return rules;
  }

  /** mmseg stores the encoder's MLPs as 1x1 convolutions and has its own decoder. */
  private static Map<String, TensorSource> mixTransformerOfMmseg(Map<String, StoredTensor> ours)
      throws IOException {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                new Rule.Concatenate(
                    Pattern.compile("(.*)\\.attn\\.q\\.(.*)"),
                    List.of("$1.attn.kv.$2"),
                    "$1.attn.attn.in_proj_$2",
                    0),
                rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attn.attn.out_proj.$2"),
                rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.ffn.layers.0.$2"),
                rename("(.*)\\.mlp\\.dwconv\\.dwconv\\.(.*)", "$1.ffn.layers.1.$2"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.ffn.layers.4.$2")));
    for (int i = 0; i < 4; i++) {
      String n = (i + 1) + "\\.(.*)";
      String layer = "backbone.layers." + i;
      rules.add(
          rename(
              "backbone\\.patch_embed" + (i + 1) + "\\.proj\\.(.*)", layer + ".0.projection.$1"));
      rules.add(rename("backbone\\.patch_embed" + n, layer + ".0.$1"));
      rules.add(rename("backbone\\.block" + n, layer + ".1.$1"));
      rules.add(rename("backbone\\.norm" + n, layer + ".2.$1"));
    }
    Map<String, TensorSource> theirs = new LinkedHashMap<>();
    Layout writing = new Layout("the opposite of mmseg-mit", rules);
    for (TensorSource t : writing.apply(ours).tensors().values()) {
      boolean matrix = t.name().matches(".*\\.ffn\\.layers\\.[04]\\.weight");
      List<Long> shape = t.shape();
      theirs.put(
          t.name(),
          matrix ? ArrayTensor.of(t.name(), t.floats(), shape.get(0), shape.get(1), 1, 1) : t);
    }
    return theirs;
  }

  @ParameterizedTest
  @CsvSource({
    "huggingface-mobilevitv2, mobilevitv2.conv_stem.convolution.weight, stem.conv.weight",
    "huggingface-mobilevitv2, mobilevitv2.encoder.layer.1.layer.1.reduce_1x1.normalization.bias,"
        + " stages.1.1.conv3_1x1.bn.bias",
    "huggingface-mobilevitv2, mobilevitv2.encoder.layer.3.conv_kxk.convolution.weight,"
        + " stages.3.1.conv_kxk.conv.weight",
    "huggingface-mobilevitv2,"
        + " mobilevitv2.encoder.layer.4.transformer.layer.2.ffn.conv1.convolution.bias,"
        + " stages.4.1.transformer.2.mlp.fc1.bias",
    "official-mobilevitv2, conv_1.block.norm.running_mean, stem.bn.running_mean",
    "official-mobilevitv2, layer_2.1.block.exp_1x1.block.conv.weight,"
        + " stages.1.1.conv1_1x1.conv.weight",
    "official-mobilevitv2, layer_5.1.global_rep.2.pre_norm_ffn.3.block.conv.bias,"
        + " stages.4.1.transformer.2.mlp.fc2.bias",
    "official-mobilevitv2, layer_5.1.global_rep.3.weight, stages.4.1.norm.weight",
    "official-efficientvit, backbone.input_stem.op_list.1.main.depth_conv.conv.weight,"
        + " stem.res0.main.depth_conv.conv.weight",
    "official-efficientvit, backbone.stages.3.op_list.2.context_module.main.aggreg.0.1.weight,"
        + " stages.3.blocks.2.context_module.main.aggreg.0.1.weight",
    "official-efficientvit-large, backbone.stages.1.op_list.0.main.spatial_conv.conv.weight,"
        + " stages.0.blocks.0.main.spatial_conv.conv.weight",
    "huggingface-mit, segformer.encoder.patch_embeddings.0.proj.weight, patch_embed1.proj.weight",
    "huggingface-mit, classifier.bias, head.bias",
    "huggingface-segformer, segformer.encoder.block.2.1.mlp.dwconv.dwconv.weight,"
        + " backbone.block3.1.mlp.dwconv.dwconv.weight",
    "mmseg-mit, backbone.layers.0.0.projection.weight, backbone.patch_embed1.proj.weight",
    "mmseg-mit, backbone.layers.2.1.5.attn.attn.out_proj.bias, backbone.block3.5.attn.proj.bias",
    "mmseg-mit, backbone.layers.3.2.weight, backbone.norm4.weight",
    "mmseg-mit, layers.1.1.0.attn.sr.bias, block2.0.attn.sr.bias",
    "huggingface-segformer, decode_head.linear_c.3.proj.weight, decode_head.linear_c4.proj.weight"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
