package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.deimv2.SpatialTuning;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.heads.yolos.Yolos;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.Preset;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The transformers inside detectors, and YOLOS: the parameters of small models, written in each
 * publisher's layout, are converted back by the recognized layout.
 */
class DetrVitLayoutsTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  @TempDir private Path folder;

  /** Returns the published variant with small blocks, which do not affect its layout. */
  private static VisionTransformer small(String preset) {
    Preset known =
        REGISTRY.presets().stream().filter(p -> p.name().equals(preset)).findFirst().orElseThrow();
    VisionTransformer vit = (VisionTransformer) known.model();
    return vit.withSize(24, vit.depth(), 2).withMlpRatio(2);
  }

  private static Map<String, TensorSource> parameters(Consumer<Trace> model) {
    Trace trace = new Trace();
    model.accept(trace);
    Random random = new Random(1);
    Map<String, TensorSource> all = new LinkedHashMap<>();
    for (Parameter parameter : trace.graph(Map.of()).parameters()) {
      long[] shape = parameter.spec().shape().stream().mapToLong(Long::longValue).toArray();
      int count = (int) LongStream.of(shape).reduce(1, (x, y) -> x * y);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = random.nextFloat();
      }
      String name = parameter.spec().name();
      all.put(name, ArrayTensor.of(name, values, shape));
    }
    return all;
  }

  private static Map<String, TensorSource> parameters(Adapter adapter, VisionTransformer vit) {
    return parameters(
        trace ->
            adapter.apply(
                trace.root().at("backbone"),
                vit,
                trace.input("image", DType.FLOAT32, 1, 3, 128, 128)));
  }

  private static Rule split(String pattern, String... to) {
    return new Rule.Split(Pattern.compile(pattern), List.of(to), 0);
  }

  private static Rule made(String like, String name) {
    return new Rule.Synthesise(Pattern.compile(like), name, 7);
  }

  private void assertReadBack(Map<String, TensorSource> ours, List<Rule> opposite)
      throws IOException {
    Path file = folder.resolve("ours.safetensors");
    Path theirs = folder.resolve("theirs.safetensors");
    Safetensors.write(file, ours.values(), Map.of());
    try (Checkpoint plain = Checkpoint.open(file)) {
      Layout writing = new Layout("the opposite", opposite);
      Safetensors.write(theirs, writing.apply(plain.tensors()).tensors().values(), Map.of());
    }
    try (Checkpoint written = Checkpoint.open(theirs)) {
      List<String> seen = new ArrayList<>();
      for (Layout layout : REGISTRY.layoutsOf(written.tensors())) {
        Map<String, TensorSource> read = layout.apply(written.tensors()).tensors();
        seen.add(layout.description() + ": " + new TreeSet<>(read.keySet()));
        if (read.keySet().equals(ours.keySet())) {
          for (TensorSource tensor : ours.values()) {
            TensorSource again = read.get(tensor.name());
            assertEquals(tensor.shape(), again.shape(), tensor.name());
            assertArrayEquals(tensor.floats(), again.floats(), tensor.name());
          }
          return;
        }
      }
      assertEquals(new TreeSet<>(ours.keySet()).toString(), String.join("\n", seen));
    }
  }

  @Test
  void rfDetr() throws IOException {
    for (String prefix : List.of("backbone.0.encoder.encoder.", "model.backbone.backbone.")) {
      assertReadBack(
          parameters(new Taps(List.of(3, 6)), small("rf_detr_nano_vit")),
          List.of(
              split("(.*)\\.attn\\.qkv\\.(.*)", qkv("$1.attention.attention.", ".$2")),
              rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
              rename("(.*)\\.gamma([12])", "$1.layer_scale$2.lambda1"),
              rename("backbone\\.blocks\\.(.*)", "backbone.encoder.layer.$1"),
              rename("backbone\\.norm\\.(.*)", "backbone.layernorm.$1"),
              made("backbone\\.cls_token", "backbone.embeddings.mask_token"),
              rename("backbone\\.cls_token", "backbone.embeddings.cls_token"),
              rename("backbone\\.pos_embed", "backbone.embeddings.position_embeddings"),
              rename(
                  "backbone\\.patch_embed\\.proj\\.(.*)",
                  "backbone.embeddings.patch_embeddings.projection.$1"),
              rename("backbone\\.(.*)", prefix + "$1")));
    }
  }

  private static String[] qkv(String before, String after) {
    return Stream.of("query", "key", "value").map(n -> before + n + after).toArray(String[]::new);
  }

  @Test
  void lwDetrInTheLayoutOfTransformers() throws IOException {
    String attention = "$1.attention.attention.";
    assertReadBack(
        parameters(Taps.defaults(), small("lw_detr_tiny_vit")),
        List.of(
            split("(.*)\\.attn\\.qkv\\.weight", qkv(attention, ".weight")),
            rename("(.*)\\.attn\\.q_bias", attention + "query.bias"),
            rename("(.*)\\.attn\\.v_bias", attention + "value.bias"),
            rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.$2"),
            rename("(.*)\\.gamma([12])", "$1.gamma_$2"),
            rename("(.*)\\.norm1\\.(.*)", "$1.layernorm_before.$2"),
            rename("(.*)\\.norm2\\.(.*)", "$1.layernorm_after.$2"),
            rename("(.*)\\.mlp\\.(.*)", "$1.intermediate.$2"),
            rename("backbone\\.blocks\\.(.*)", "backbone.encoder.layer.$1"),
            rename("backbone\\.pos_embed", "backbone.embeddings.position_embeddings"),
            rename("backbone\\.patch_embed\\.proj\\.(.*)", "backbone.embeddings.projection.$1"),
            rename("backbone\\.(.*)", "model.backbone.backbone.$1")));
  }

  @Test
  void lwDetrInTheLayoutOfItsAuthors() throws IOException {
    assertReadBack(
        parameters(Taps.defaults(), small("lw_detr_tiny_vit")),
        List.of(
            rename("(.*)\\.gamma([12])", "$1.gamma_$2"),
            rename("backbone\\.(.*)", "backbone.0.encoder.$1")));
  }

  private static final SpatialTuning TUNING = new SpatialTuning(List.of(1, 2, 3), 4, 8, 1e-5);

  @Test
  void deimV2InTheLayoutOfTransformers() throws IOException {
    for (String model : List.of("", "model.")) {
      assertReadBack(
          parameters(TUNING, small("deimv2_x_vit").withKeyBias(true)),
          List.of(
              split("(.*)\\.attn\\.qkv\\.(.*)", projections("$1.attention.", ".$2")),
              split("(.*)\\.mlp\\.fc1\\.(.*)", "$1.mlp.gate_proj.$2", "$1.mlp.up_proj.$2"),
              rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.mlp.down_proj.$2"),
              rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.o_proj.$2"),
              rename("(.*)\\.gamma([12])", "$1.layer_scale$2.lambda1"),
              rename("backbone\\.blocks\\.(.*)", "backbone." + model + "layer.$1"),
              rename("backbone\\.cls_token", "backbone.embeddings.cls_token"),
              rename("backbone\\.reg_token", "backbone.embeddings.register_tokens"),
              rename(
                  "backbone\\.patch_embed\\.proj\\.(.*)",
                  "backbone.embeddings.patch_embeddings.$1"),
              rename("backbone\\.((?:spatial|fusion).*)", "model.conv_encoder.$1"),
              rename("backbone\\.(.*)", "model.conv_encoder.backbone.$1")));
    }
  }

  private static String[] projections(String before, String after) {
    return Stream.of("q_proj", "k_proj", "v_proj")
        .map(n -> before + n + after)
        .toArray(String[]::new);
  }

  @Test
  void deimV2InTheLayoutOfItsAuthors() throws IOException {
    List<Rule> tuning =
        List.of(
            rename("backbone\\.spatial_tuning_adapter\\.stem_conv\\.conv\\.(.*)", sta("stem.0")),
            rename("backbone\\.spatial_tuning_adapter\\.stem_conv\\.norm\\.(.*)", sta("stem.1")),
            rename("backbone\\.spatial_tuning_adapter\\.conv2\\.conv\\.(.*)", sta("conv2.0")),
            rename("backbone\\.spatial_tuning_adapter\\.conv2\\.norm\\.(.*)", sta("conv2.1")),
            rename("backbone\\.spatial_tuning_adapter\\.conv3\\.conv\\.(.*)", sta("conv3.1")),
            rename("backbone\\.spatial_tuning_adapter\\.conv3\\.norm\\.(.*)", sta("conv3.2")),
            rename("backbone\\.spatial_tuning_adapter\\.conv4\\.conv\\.(.*)", sta("conv4.1")),
            rename("backbone\\.spatial_tuning_adapter\\.conv4\\.norm\\.(.*)", sta("conv4.2")),
            rename("backbone\\.fusion_proj\\.(\\d)\\.conv\\.(.*)", "backbone.convs.$1.$2"),
            rename("backbone\\.fusion_proj\\.(\\d)\\.norm\\.(.*)", "backbone.norms.$1.$2"));
    String own = "backbone\\.((?:blocks|patch_embed|cls_token|norm\\.).*)";
    List<Rule> distilled = new ArrayList<>(tuning);
    distilled.add(made("backbone\\.cls_token", "backbone.rope_embed.periods"));
    distilled.add(
        rename("backbone\\.((?:blocks|patch_embed|cls|rope).*)", "backbone.dinov3._model.$1"));
    assertReadBack(parameters(TUNING, small("deimv2_s_vit")), distilled);
    List<Rule> meta = new ArrayList<>(tuning);
    meta.add(made("backbone\\.cls_token", "backbone.dinov3.rope_embed.periods"));
    meta.add(made("backbone\\.cls_token", "backbone.dinov3.mask_token"));
    meta.add(new Rule.Synthesise(Pattern.compile("(.*)\\.q_bias"), "$1.k_bias", 0));
    meta.add(
        new Rule.Concatenate(
            Pattern.compile("(.*)\\.q_bias"), List.of("$1.k_bias", "$1.v_bias"), "$1.qkv.bias", 0));
    meta.add(rename("(.*)\\.gamma([12])", "$1.ls$2.gamma"));
    meta.add(rename("backbone\\.reg_token", "backbone.dinov3.storage_tokens"));
    meta.add(rename(own, "backbone.dinov3.$1"));
    assertReadBack(parameters(TUNING, small("deimv2_l_vit")), meta);
  }

  private static String sta(String place) {
    return "backbone.sta." + place + ".$1";
  }

  @Test
  void yolos() throws IOException {
    Yolos yolos =
        new Yolos(3, Geometry.of(24, 3, 2).withPretrainSize(64, 96), true, 1e-6, 5, true, 5);
    Map<String, TensorSource> ours =
        parameters(
            trace -> {
              Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
              yolos.forward(trace.root(), ImageBatch.whole(trace.root(), image));
            });
    assertReadBack(
        ours,
        List.of(
            split("(.*)\\.attn\\.qkv\\.(.*)", qkv("$1.attention.attention.", ".$2")),
            rename("(.*)\\.attn\\.proj\\.(.*)", "$1.attention.output.dense.$2"),
            rename("(.*)\\.norm1\\.(.*)", "$1.layernorm_before.$2"),
            rename("(.*)\\.norm2\\.(.*)", "$1.layernorm_after.$2"),
            rename("(.*)\\.mlp\\.fc1\\.(.*)", "$1.intermediate.dense.$2"),
            rename("(.*)\\.mlp\\.fc2\\.(.*)", "$1.output.dense.$2"),
            rename("backbone\\.blocks\\.(.*)", "vit.encoder.layer.$1"),
            rename("backbone\\.norm\\.(.*)", "vit.layernorm.$1"),
            rename("backbone\\.cls_token", "vit.embeddings.cls_token"),
            rename("backbone\\.det_token", "vit.embeddings.detection_tokens"),
            rename("backbone\\.pos_embed", "vit.embeddings.position_embeddings"),
            rename("backbone\\.mid_pos_embed", "vit.encoder.mid_position_embeddings"),
            rename(
                "backbone\\.patch_embed\\.proj\\.(.*)",
                "vit.embeddings.patch_embeddings.projection.$1"),
            rename("class_embed\\.(.*)", "class_labels_classifier.$1"),
            rename("bbox_embed\\.(.*)", "bbox_predictor.$1")));
  }
}
