package dev.dovetail.heads.lwdetr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.projector.MultiScaleProjector;
import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.heads.lwdetr.LwDetr.Decoder;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The common keys of transformers' configs of LW-DETR and RF-DETR. */
final class HuggingFaceKeys {

  private static final String BACKBONE = "backbone_config";

  private HuggingFaceKeys() {}

  /** Rejects other model classes and unsupported values. */
  static void only(ConfigTree config, String... classes) {
    String name = Architecture.of(config);
    if (!name.isEmpty() && !List.of(classes).contains(name)) {
      throw config.wrong(
          "architectures", Arrays.stream(classes).collect(Collectors.joining(" or ")));
    }
    config.only("attention_bias", true);
    config.only("head_dim", (Object) null);
  }

  static ConfigTree backbone(ConfigTree config, String type, ObjectNode usual) {
    config.only("backbone", (Object) null);
    if (!config.has(BACKBONE)) {
      return config.with(usual);
    }
    ConfigTree backbone = config.child(BACKBONE);
    backbone.only("model_type", type);
    return backbone;
  }

  static MultiScaleProjector projector(
      ConfigTree config, List<Double> scales, Norm norm, double epsilon) {
    return new MultiScaleProjector(
        config.integer("d_model", 256, 1),
        scales,
        config.integer("c2f_num_blocks", 3, 0),
        config.number("hidden_expansion", 0.5, Double.MIN_VALUE),
        norm,
        epsilon,
        ActivationName.of(config, "activation_function", "silu"));
  }

  static LwDetr head(ConfigTree config, int levels, int kept) {
    return new LwDetr(
        Labels.of(config).count(),
        config.integer("num_queries", 300, 1),
        config.integer("group_detr", 13, 1),
        levels,
        new Decoder(
            config.integer("decoder_layers", 3, 1),
            config.integer("decoder_self_attention_heads", 8, 1),
            config.integer("decoder_cross_attention_heads", 16, 1),
            config.integer("decoder_n_points", 4, 1),
            config.integer("decoder_ffn_dim", 2048, 1),
            ActivationName.of(config, "decoder_activation_function", "relu")),
        kept);
  }
}
