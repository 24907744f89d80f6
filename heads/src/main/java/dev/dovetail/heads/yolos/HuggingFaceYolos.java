package dev.dovetail.heads.yolos;

import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;
import java.util.Set;

/** Reads {@code yolos} configs of transformers. */
final class HuggingFaceYolos implements DecoderReader<Yolos> {

  private static final String DETECTION = "ForObjectDetection";

  @Override
  public Set<String> modelTypes() {
    return Set.of("yolos");
  }

  @Override
  public Yolos model(ConfigTree config) {
    String architecture = Architecture.of(config);
    if (!architecture.isEmpty() && !architecture.endsWith(DETECTION)) {
      throw config.wrong("architectures", "a class name that ends in " + DETECTION);
    }
    Architecture.onlyUsual(config);
    config.only("hidden_act", "gelu");
    int width = config.integer("hidden_size", 768, 1);
    int hidden = config.integer("intermediate_size", 3072, 1);
    List<Integer> size =
        config.has("image_size") ? config.extents("image_size", 1) : List.of(512, 864);
    int queries = config.integer("num_detection_tokens", 100, 1);
    Geometry geometry =
        Geometry.of(
                width,
                config.integer("num_hidden_layers", 12, 1),
                config.integer("num_attention_heads", 12, 1))
            .withMlpRatio(hidden / (double) width)
            .withPatchSize(config.square("patch_size", 16))
            .withPretrainSize(size.get(0), size.get(1));
    return new Yolos(
        labels(config).count(),
        geometry,
        config.flag("qkv_bias", true),
        config.number("layer_norm_eps", 1e-12, 0),
        queries,
        config.flag("use_mid_position_embeddings", true),
        queries);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "YolosImageProcessor";
  }
}
