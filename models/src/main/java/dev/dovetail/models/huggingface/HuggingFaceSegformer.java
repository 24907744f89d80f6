package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.segformer.MixTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.Head;
import dev.dovetail.heads.SegformerHead;
import dev.dovetail.heads.SegformerHead.Flavour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code segformer} of transformers: the Mix Transformer, alone or with its decoder. */
public final class HuggingFaceSegformer implements HuggingFaceFamily {

  /** transformers reads {@code layer_norm_eps} of this family's configs nowhere. */
  private static final double EPSILON = 1e-5;

  @Override
  public Set<String> modelTypes() {
    return Set.of("segformer");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    require(config, "strides", List.of(4, 2, 2, 2));
    require(config, "patch_sizes", List.of(7, 3, 3, 3));
    if (!config.path("hidden_act").asText("gelu").equals("gelu")) {
      throw new IllegalArgumentException(
          "the config's 'hidden_act' is " + config.get("hidden_act") + ", expected \"gelu\"");
    }
    return new MixTransformer(
        integers(config, "hidden_sizes", List.of(32, 64, 160, 256)),
        integers(config, "depths", List.of(2, 2, 2, 2)),
        integers(config, "num_attention_heads", List.of(1, 2, 5, 8)),
        integers(config, "sr_ratios", List.of(8, 4, 2, 1)),
        integers(config, "mlp_ratios", List.of(4, 4, 4, 4)),
        EPSILON,
        EPSILON);
  }

  @Override
  public Head head(JsonNode config) {
    return decodes(config)
        ? new SegformerHead(
            config.path("id2label").size(),
            config.path("decoder_hidden_size").asInt(256),
            Flavour.NVIDIA)
        : Transformers.classificationHead(config);
  }

  private static boolean decodes(JsonNode config) {
    return config.path("architectures").path(0).asText().endsWith("ForSemanticSegmentation");
  }

  private static void require(JsonNode config, String key, List<Integer> only) {
    if (!integers(config, key, only).equals(only)) {
      throw new IllegalArgumentException(
          "the config's '" + key + "' is " + config.get(key) + ", expected " + only);
    }
  }

  private static List<Integer> integers(JsonNode config, String key, List<Integer> standard) {
    if (!config.has(key)) {
      return standard;
    }
    List<Integer> values = new ArrayList<>();
    config.get(key).forEach(v -> values.add(v.asInt()));
    return values;
  }

  /** {@code hidden_states.i} is what stage i gives. */
  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    Scope s = decodes(config) ? root.at("backbone") : root;
    MixTransformer encoder = (MixTransformer) backbone;
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Tensor> maps = new ArrayList<>();
    Features x = encoder.stem(s, image);
    for (int i = 0; i < encoder.stages().size(); i++) {
      x = encoder.blocks(s, x, i, 0, encoder.stages().get(i).blocks());
      maps.add(x.map());
      out.put("hidden_states." + i, x.map());
    }
    out.put("last_hidden_state", x.map());
    if (head(config) instanceof SegformerHead head) {
      out.put("logits", head.logits(root, FeaturePyramid.from(4, maps)));
    } else if (classes > 0) {
      out.put("logits", encoder.logits(s, x, classes));
    }
    return out;
  }
}
