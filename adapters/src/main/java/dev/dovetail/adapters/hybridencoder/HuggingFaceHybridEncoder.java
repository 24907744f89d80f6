package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import java.util.List;

/** Reads the hybrid encoder from configs of transformers' RT-DETR and related models. */
public final class HuggingFaceHybridEncoder {

  private static final String CHANNELS = "encoder_in_channels";

  private HuggingFaceHybridEncoder() {}

  /**
   * Reads the encoder of RT-DETR.
   *
   * @param config the config of the whole model
   * @param levels number of maps of the backbone
   * @throws IllegalArgumentException if the config contains a value that is not supported
   */
  public static HybridEncoder of(ConfigTree config, int levels) {
    Fusion fusion =
        new Fusion(
            Block.CSP_REP,
            Fusion.Join.CONCATENATE,
            config.number("hidden_expansion", 1, Double.MIN_VALUE),
            3,
            ActivationName.of(config, "activation_function", "silu"),
            config.number("batch_norm_eps", 1e-5, 0));
    return of(config, levels, fusion);
  }

  /**
   * Reads an encoder with another fusion of maps.
   *
   * @param config the config of the whole model
   * @param levels number of maps of the backbone
   */
  public static HybridEncoder of(ConfigTree config, int levels, Fusion fusion) {
    if (config.integers(CHANNELS, List.of(512, 1024, 2048), 1).size() != levels) {
      throw config.wrong(CHANNELS, "as many numbers as the backbone has maps, " + levels);
    }
    IntraScale.Layer layer =
        new IntraScale.Layer(
            config.integer("encoder_attention_heads", 8, 1),
            config.integer("encoder_ffn_dim", 1024, 1),
            ActivationName.of(config, "encoder_activation_function", "gelu"),
            config.flag("normalize_before", false),
            config.number("layer_norm_eps", 1e-5, 0));
    IntraScale attention =
        new IntraScale(
            config.integers("encode_proj_layers", List.of(2), 0),
            config.integer("encoder_layers", 1, 0),
            // With an eval_size, transformers does not add positions.
            !config.has("eval_size"),
            config.number("positional_encoding_temperature", 10000, Double.MIN_VALUE),
            layer);
    return new HybridEncoder(
        levels,
        config.integer("encoder_hidden_dim", 256, 4),
        new HybridEncoder.Projection(true, 1e-5),
        attention,
        fusion);
  }
}
