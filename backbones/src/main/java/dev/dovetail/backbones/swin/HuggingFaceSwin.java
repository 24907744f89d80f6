package dev.dovetail.backbones.swin;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.swin.Swin.Patches;
import dev.dovetail.backbones.swin.Swin.Size;
import dev.dovetail.backbones.swin.Swin.Version;
import dev.dovetail.backbones.swin.Swin.Windows;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code swin} and {@code swinv2} configs of transformers. */
final class HuggingFaceSwin implements HuggingFaceReader<Swin> {

  @Override
  public Set<String> modelTypes() {
    return Set.of("swin", "swinv2", "maskformer-swin");
  }

  /** Windows keep their size on small grids, and the maps of the first version have norms. */
  @Override
  public Swin asBackbone(ConfigTree config) {
    Swin swin = model(config);
    return swin.version() == Version.V2
        ? swin
        : swin.withWindows(
                new Windows(swin.windows().window(), WindowPadding.MMDETECTION, List.of()))
            .withOutputNorms(true);
  }

  @Override
  public Swin model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("use_absolute_embeddings", false);
    config.only("hidden_act", "gelu");
    config.only("layer_norm_eps", 1e-5);
    boolean second = config.text("model_type", "swin").equals("swinv2");
    Size size =
        new Size(
            config.integer("embed_dim", 96, 1),
            config.integers("depths", List.of(2, 2, 6, 2), 1),
            config.integers("num_heads", List.of(3, 6, 12, 24), 1));
    Windows windows =
        new Windows(
            config.integer("window_size", 7, 1),
            second ? WindowPadding.TRANSFORMERS_V2 : WindowPadding.TRANSFORMERS,
            second ? config.integers("pretrained_window_sizes", List.of(), 0) : List.of());
    Patches patches =
        new Patches(config.square("patch_size", 4), config.extents("image_size", 224));
    return Swin.of(second ? Version.V2 : Version.V1, size, windows, patches)
        .withMlpRatio(config.number("mlp_ratio", 4, 0))
        .withQkvBias(config.flag("qkv_bias", true));
  }

  /**
   * {@code hidden_states.0} is the embedding and {@code hidden_states.i} the output of stage i. In
   * transformers this includes the patch merging, which in Dovetail is part of the next stage.
   */
  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Swin model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Features x = model.stem(root, image);
    put(out, 0, x);
    int stages = model.stages().size();
    for (int i = 0; i < stages; i++) {
      Features begun = model.blocks(root, x, i, 0, 1);
      if (i > 0) {
        String merging = "layers." + i + ".downsample";
        Tensor merged = root.trace().graph(Map.of()).value(merging).orElseThrow();
        put(out, i, begun.with(merged));
      }
      x = model.blocks(root, begun, i, 1, model.stages().get(i).blocks());
    }
    put(out, stages, x);
    Tensor logits = model.logits(root, x, classes);
    out.put("last_hidden_state", root.trace().graph(Map.of()).value("features").orElseThrow());
    out.put(classes > 0 ? "logits" : "pooler_output", logits);
    return out;
  }

  private static void put(Map<String, Tensor> out, int index, Features x) {
    out.put("hidden_states." + index, x.tokens());
    out.put("reshaped_hidden_states." + index, x.map());
  }
}
