package dev.dovetail.heads.rtdetr;

import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the head from configs of transformers' RT-DETR and related models, which share its keys.
 */
public final class HuggingFaceRtDetrHead {

  private static final String CHANNELS = "decoder_in_channels";
  private static final String LEVELS = "num_feature_levels";
  private static final String ANCHORS = "anchor_image_size";

  private HuggingFaceRtDetrHead() {}

  /**
   * Reads the head.
   *
   * @param config the config of the whole model
   * @param channels channels of the encoder's maps
   * @param strides strides of these maps, finest first
   * @param sampling the sampling of the attention
   * @throws IllegalArgumentException if the config contains a value that is not supported
   */
  public static RtDetr of(
      ConfigTree config, int channels, List<Integer> strides, RtDetr.Sampling sampling) {
    int queries = config.integer("num_queries", 300, 1);
    return new RtDetr(
        Labels.of(config).count(),
        queries,
        config.flag("learn_initial_query", false),
        config.flag("use_focal_loss", true) ? Scoring.SIGMOID : Scoring.SOFTMAX,
        queries,
        maps(config, channels, strides),
        layers(config),
        sampling);
  }

  private static DecoderMaps maps(ConfigTree config, int channels, List<Integer> strides) {
    int levels = strides.size();
    List<Integer> in = config.integers(CHANNELS, List.of(256, 256, 256), 1);
    if (in.size() != levels || in.stream().anyMatch(c -> c != channels)) {
      throw config.wrong(
          CHANNELS, "encoder_hidden_dim (" + channels + ") for each of " + levels + " maps");
    }
    return new DecoderMaps(
        config.integer("d_model", 256, 1),
        levels,
        config.integer(LEVELS, 3, levels) - levels,
        config.number("batch_norm_eps", 1e-5, 0),
        anchorImage(config, strides));
  }

  /** Strides are used only for anchors of a fixed image size. */
  private static List<Integer> anchorImage(ConfigTree config, List<Integer> strides) {
    if (!config.has(ANCHORS)) {
      return List.of();
    }
    List<Integer> size = config.integers(ANCHORS, List.of(), 1);
    if (size.size() != 2) {
      throw config.wrong(ANCHORS, "a height and a width");
    }
    List<Integer> expected = new ArrayList<>(strides);
    while (expected.size() < config.integer(LEVELS, 3, 1)) {
      expected.add(2 * strides.get(strides.size() - 1));
    }
    config.only("feat_strides", expected);
    return size;
  }

  private static RtDetr.Decoder layers(ConfigTree config) {
    return new RtDetr.Decoder(
        config.integer("decoder_layers", 6, 1),
        config.integer("decoder_attention_heads", 8, 1),
        config.integer("decoder_ffn_dim", 1024, 1),
        ActivationName.of(config, "decoder_activation_function", "relu"),
        config.number("layer_norm_eps", 1e-5, 0));
  }

  /**
   * Reads the sampling of RT-DETRv2 and later models, whose method and scale are in the config.
   *
   * @param config the config of the whole model
   * @param points number of points for each level, or one number for all
   */
  public static RtDetr.Sampling sampling(ConfigTree config, List<Integer> points) {
    config.only("decoder_method", "default", "discrete");
    boolean discrete = config.text("decoder_method", "default").equals("discrete");
    return new RtDetr.Sampling(
        points,
        discrete ? Method.DISCRETE : Method.BILINEAR,
        config.number("decoder_offset_scale", 0.5, -Double.MAX_VALUE),
        true);
  }
}
