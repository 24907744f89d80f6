package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;

import dev.dovetail.models.layouts.LayoutRoundTrip.Writer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of Swin and ConvNeXt: the weights of a fixture, written in another publisher's layout,
 * are recognized and read back, and names of published checkpoints are converted correctly.
 */
class HierarchicalLayoutsTest extends OtherLayouts {

  private static final String V1 = ".*relative_position_bias_table";
  private static final String V2 = ".*logit_scale";

  private final List<Writer> writers =
      List.of(
          new Writer("official-swin", "swin", swinOfMicrosoft()),
          new Writer("huggingface-swin", "swin", V1, swinOfHuggingFace(false)),
          new Writer("huggingface-swinv2", "swin", V2, swinOfHuggingFace(true)),
          new Writer("mmdet-swin", "swin", V1, ours -> swinOfOpenMmlab(ours, false)),
          new Writer("mmpretrain-swin", "swin", V1, ours -> swinOfOpenMmlab(ours, true)),
          new Writer("torchvision-swin", "swin", V1, swinOfTorchvision()),
          new Writer("torchvision-swinv2", "swin", V2, secondOfTorchvision()),
          new Writer(
              "torchvision-convnext",
              "convnext",
              ".*",
              HierarchicalLayoutsTest::convNeXtOfTorchvision),
          new Writer("official-convnext", "convnext", convNeXtOfMeta()),
          new Writer("huggingface-convnext", "convnext", convNeXtOfHuggingFace()));

  @Override
  List<Writer> writers() {
    return writers;
  }

  private static List<Rule> swinOfMicrosoft() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 1; i < 4; i++) {
      rules.add(rename("layers\\." + i + "\\.(downsample.*)", "layers." + (i - 1) + ".$1"));
    }
    rules.add(rename("head\\.fc\\.(.*)", "head.$1"));
    return rules;
  }

  private static List<Rule> swinOfHuggingFace(boolean second) {
    List<Rule> rules = new ArrayList<>(swinOfMicrosoft());
    String self = "$1.attention.self.";
    rules.add(
        new Rule.Split(
            Pattern.compile("(.*)\\.attn\\.qkv\\.(weight|bias)"),
            List.of(self + "query.$2", self + "key.$2", self + "value.$2"),
            0));
    rules.addAll(
        List.of(
            rename("(.*)\\.attn\\.q_bias", self + "query.bias"),
            rename("(.*)\\.attn\\.v_bias", self + "value.bias"),
            rename("(.*)\\.attn\\.cpb_mlp\\.(.*)", self + "continuous_position_bias_mlp.$2"),
            rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
            rename("(.*)\\.attn\\.(.*)", self + "$2"),
            rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.intermediate.dense.$2"),
            rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.output.dense.$2"),
            rename("(.*blocks.*)\\.norm1\\.(.*)", "$1.layernorm_before.$2"),
            rename("(.*blocks.*)\\.norm2\\.(.*)", "$1.layernorm_after.$2"),
            rename("norm\\.(.*)", "layernorm.$1"),
            rename("patch_embed\\.proj\\.(.*)", "embeddings.patch_embeddings.projection.$1"),
            rename("patch_embed\\.norm\\.(.*)", "embeddings.norm.$1"),
            rename("layers\\.(.*)", "encoder.layers.$1"),
            rename("head\\.(.*)", "classifier.$1"),
            rename("(?!classifier)(.*)", (second ? "swinv2" : "swin") + ".$1")));
    return rules;
  }

  private static List<Rule> swinOfTorchvision() {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("patch_embed\\.proj\\.(.*)", "features.0.0.$1"),
                rename("patch_embed\\.norm\\.(.*)", "features.0.2.$1"),
                rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.0.$2"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.mlp.3.$2"),
                rename("head\\.fc\\.(.*)", "head.$1")));
    for (int i = 0; i < 4; i++) {
      rules.add(rename("layers\\." + i + "\\.downsample\\.(.*)", "features." + 2 * i + ".$1"));
      rules.add(rename("layers\\." + i + "\\.blocks\\.(.*)", "features." + (2 * i + 1) + ".$1"));
    }
    return rules;
  }

  /** Query, key and value have one bias, whose part for keys has no effect. */
  private static List<Rule> secondOfTorchvision() {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                new Rule.Synthesise(Pattern.compile("(.*)\\.q_bias"), "$1.k_bias", 7),
                new Rule.Concatenate(
                    Pattern.compile("(.*)\\.q_bias"),
                    List.of("$1.k_bias", "$1.v_bias"),
                    "$1.qkv.bias",
                    0)));
    rules.addAll(swinOfTorchvision());
    return rules;
  }

  private static Map<String, TensorSource> convNeXtOfTorchvision(Map<String, StoredTensor> ours)
      throws IOException {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("stem\\.(.*)", "features.0.$1"),
                rename("(.*)\\.conv_dw\\.(.*)", "$1.block.0.$2"),
                rename("(stages.*)\\.norm\\.(.*)", "$1.block.2.$2"),
                rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.block.3.$2"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.block.5.$2"),
                rename("(.*)\\.gamma", "$1.layer_scale"),
                rename("head\\.norm\\.(.*)", "classifier.0.$1"),
                rename("head\\.fc\\.(.*)", "classifier.2.$1")));
    for (int i = 0; i < 4; i++) {
      rules.add(rename("stages\\." + i + "\\.downsample\\.(.*)", "features." + 2 * i + ".$1"));
      rules.add(rename("stages\\." + i + "\\.blocks\\.(.*)", "features." + (2 * i + 1) + ".$1"));
    }
    Map<String, TensorSource> all =
        new LinkedHashMap<>(new Layout("torchvision", rules).apply(ours).tensors());
    for (TensorSource t : List.copyOf(all.values())) {
      if (t.name().endsWith("layer_scale")) {
        all.put(t.name(), ArrayTensor.of(t.name(), t.floats(), t.elements(), 1, 1));
      }
    }
    return all;
  }

  /**
   * Patch merging in the order of {@code nn.Unfold}: for each channel its four neighbors in
   * row-major order.
   */
  private static Map<String, TensorSource> swinOfOpenMmlab(
      Map<String, StoredTensor> ours, boolean classifier) throws IOException {
    Map<String, StoredTensor> unfolded = new LinkedHashMap<>(ours);
    List<TensorSource> written = new ArrayList<>();
    for (StoredTensor t : ours.values()) {
      if (t.name().contains("downsample")) {
        unfolded.remove(t.name());
        int columns = Math.toIntExact(t.shape().get(t.shape().size() - 1));
        long[] dims = t.shape().stream().mapToLong(d -> d).toArray();
        float[] values = unfold(t.floats(), columns);
        written.add(ArrayTensor.of(merging(t.name()), values, dims));
      }
    }
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("(patch_embed\\.)proj\\.(.*)", "$1projection.$2"),
                rename("layers\\.(.*)", "stages.$1"),
                rename("(.*)\\.attn\\.(.*)", "$1.attn.w_msa.$2"),
                rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.ffn.layers.0.0.$2"),
                rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.ffn.layers.1.$2")));
    if (classifier) {
      rules.add(rename("norm\\.(.*)", "norm3.$1"));
      rules.add(rename("(?!head)(.*)", "backbone.$1"));
    }
    Map<String, TensorSource> all =
        new LinkedHashMap<>(new Layout("mmdetection", rules).apply(unfolded).tensors());
    for (TensorSource t : written) {
      TensorSource named = classifier ? t.named("backbone." + t.name()) : t;
      all.put(named.name(), named);
    }
    return all;
  }

  private static String merging(String name) {
    int stage = Character.digit(name.charAt("layers.".length()), 10);
    return "stages." + (stage - 1) + name.substring("layers.0".length());
  }

  private static float[] unfold(float[] values, int columns) {
    float[] unfolded = new float[values.length];
    int channels = columns / 4;
    for (int i = 0; i < values.length; i++) {
      int column = i % columns;
      int neighbour = column / channels;
      int down = neighbour % 2;
      int right = neighbour / 2;
      int to = column % channels * 4 + down * 2 + right;
      unfolded[i - column + to] = values[i];
    }
    return unfolded;
  }

  private static List<Rule> convNeXtOfMeta() {
    return List.of(
        rename("stem\\.(.*)", "downsample_layers.0.$1"),
        rename("stages\\.(\\d)\\.downsample\\.(.*)", "downsample_layers.$1.$2"),
        rename("(stages\\.\\d)\\.blocks\\.(.*)", "$1.$2"),
        rename("(.*)\\.conv_dw\\.(.*)", "$1.dwconv.$2"),
        rename("(.*)\\.mlp\\.fc([12])\\.(.*)", "$1.pwconv$2.$3"),
        rename("head\\.norm\\.(.*)", "norm.$1"),
        rename("head\\.fc\\.(.*)", "head.$1"));
  }

  private static List<Rule> convNeXtOfHuggingFace() {
    return List.of(
        rename("stem\\.0\\.(.*)", "convnext.embeddings.patch_embeddings.$1"),
        rename("stem\\.1\\.(.*)", "convnext.embeddings.layernorm.$1"),
        rename("stages\\.(\\d)\\.downsample\\.(.*)", "encoder.stages.$1.downsampling_layer.$2"),
        rename("stages\\.(\\d)\\.blocks\\.(.*)", "encoder.stages.$1.layers.$2"),
        rename("encoder\\.(.*)", "convnext.encoder.$1"),
        rename("(.*)\\.conv_dw\\.(.*)", "$1.dwconv.$2"),
        rename("(.*layers.*)\\.norm\\.(.*)", "$1.layernorm.$2"),
        rename("(.*)\\.mlp\\.fc([12])\\.(.*)", "$1.pwconv$2.$3"),
        rename("(.*)\\.gamma", "$1.layer_scale_parameter"),
        rename("head\\.norm\\.(.*)", "convnext.layernorm.$1"),
        rename("head\\.fc\\.(.*)", "classifier.$1"));
  }

  @ParameterizedTest
  @CsvSource({
    "official-swin, layers.2.downsample.norm.bias, layers.3.downsample.norm.bias",
    "official-swin, backbone.layers.0.downsample.reduction.weight,"
        + " backbone.layers.1.downsample.reduction.weight",
    "official-swin, head.weight, head.fc.weight",
    "huggingface-swin, swin.encoder.layers.2.blocks.5.intermediate.dense.weight,"
        + " layers.2.blocks.5.mlp.fc1.weight",
    "huggingface-swin, hidden_states_norms.stage4.bias, norm3.bias",
    "huggingface-swinv2,"
        + " swinv2.encoder.layers.0.blocks.1.attention.self.continuous_position_bias_mlp.2.weight,"
        + " layers.0.blocks.1.attn.cpb_mlp.2.weight",
    "huggingface-swinv2, swinv2.encoder.layers.3.blocks.0.attention.self.value.bias,"
        + " layers.3.blocks.0.attn.v_bias",
    "mmdet-swin, backbone.stages.2.blocks.5.attn.w_msa.relative_position_index,"
        + " backbone.layers.2.blocks.5.attn.relative_position_index",
    "mmdet-swin, backbone.stages.0.blocks.1.ffn.layers.0.0.weight,"
        + " backbone.layers.0.blocks.1.mlp.fc1.weight",
    "mmdet-swin, backbone.norm2.weight, backbone.norm2.weight",
    "mmdet-swin, neck.lateral_convs.0.conv.weight, neck.lateral_convs.0.conv.weight",
    "mmpretrain-swin, backbone.norm3.weight, norm.weight",
    "torchvision-swin, features.5.4.attn.proj.bias, layers.2.blocks.4.attn.proj.bias",
    "torchvision-swin, features.6.reduction.weight, layers.3.downsample.reduction.weight",
    "torchvision-swinv2, features.1.0.attn.cpb_mlp.0.bias, layers.0.blocks.0.attn.cpb_mlp.0.bias",
    "official-convnext, downsample_layers.3.1.weight, stages.3.downsample.1.weight",
    "official-convnext, backbone.stages.2.26.pointwise_conv2.bias,"
        + " backbone.stages.2.blocks.26.mlp.fc2.bias",
    "official-convnext, backbone.norm1.weight, backbone.norm1.weight",
    "official-convnext, norm.weight, head.norm.weight",
    "huggingface-convnext, convnext.encoder.stages.1.downsampling_layer.0.weight,"
        + " stages.1.downsample.0.weight",
    "torchvision-convnext, features.7.2.block.5.weight, stages.3.blocks.2.mlp.fc2.weight",
    "torchvision-convnext, features.2.1.bias, stages.1.downsample.1.bias",
    "torchvision-convnext, classifier.0.weight, head.norm.weight"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
