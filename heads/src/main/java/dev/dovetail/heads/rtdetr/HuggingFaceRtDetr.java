package dev.dovetail.heads.rtdetr;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.hybridencoder.HuggingFaceHybridEncoder;
import dev.dovetail.adapters.hybridencoder.HybridEncoder;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.DeformableSampling.Method;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code rt_detr} and {@code rt_detr_v2} of transformers. */
final class HuggingFaceRtDetr implements HuggingFaceReader<Record> {

  private static final String VERSION_2 = "rt_detr_v2";

  @Override
  public Set<String> modelTypes() {
    return Set.of("rt_detr", VERSION_2);
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, "ForObjectDetection");
    return backbone(config).model();
  }

  private static DetectorBackbone backbone(ConfigTree config) {
    ObjectNode usual = JsonNodeFactory.instance.objectNode().put("model_type", "rt_detr_resnet");
    usual.putArray("out_indices").add(2).add(3).add(4);
    return DetectorBackbone.of(config, config.with(usual), 3);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    int levels = backbone(config).levels();
    HybridEncoder encoder = HuggingFaceHybridEncoder.of(config, levels);
    return List.of(BackboneFeatures.defaults(), encoder, head(config, encoder));
  }

  private static RtDetr head(ConfigTree config, HybridEncoder encoder) {
    int queries = config.integer("num_queries", 300, 1);
    return new RtDetr(
        Labels.of(config).count(),
        queries,
        config.flag("learn_initial_query", false),
        config.flag("use_focal_loss", true) ? Scoring.SIGMOID : Scoring.SOFTMAX,
        queries,
        maps(config, encoder),
        layers(config),
        config.text("model_type", "").equals(VERSION_2) ? version2(config) : version1(config));
  }

  private static DecoderMaps maps(ConfigTree config, HybridEncoder encoder) {
    int given = encoder.levels();
    String channels = "decoder_in_channels";
    List<Integer> in = config.integers(channels, List.of(256, 256, 256), 1);
    if (in.size() != given || in.stream().anyMatch(c -> c != encoder.channels())) {
      throw config.wrong(
          channels,
          "encoder_hidden_dim (" + encoder.channels() + ") for each of " + given + " maps");
    }
    return new DecoderMaps(
        config.integer("d_model", 256, 1),
        given,
        config.integer("num_feature_levels", 3, given) - given,
        config.number("batch_norm_eps", 1e-5, 0),
        anchorImage(config, given));
  }

  /** Strides matter where anchors are made for images of a given size alone. */
  private static List<Integer> anchorImage(ConfigTree config, int levels) {
    String key = "anchor_image_size";
    if (!config.has(key)) {
      return List.of();
    }
    List<Integer> size = config.integers(key, List.of(), 1);
    if (size.size() != 2) {
      throw config.wrong(key, "a height and a width");
    }
    List<Integer> strides = ((Backbone) backbone(config).model()).strides();
    List<Integer> expected =
        new ArrayList<>(strides.subList(strides.size() - levels, strides.size()));
    int coarsest = expected.get(levels - 1);
    while (expected.size() < config.integer("num_feature_levels", 3, 1)) {
      expected.add(2 * coarsest);
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

  private static RtDetr.Sampling version1(ConfigTree config) {
    return new RtDetr.Sampling(points(config), Method.BILINEAR, 0.5, false);
  }

  private static RtDetr.Sampling version2(ConfigTree config) {
    config.only("decoder_n_levels", config.integer("num_feature_levels", 3, 1));
    config.only("decoder_method", "default", "discrete");
    boolean discrete = config.text("decoder_method", "default").equals("discrete");
    return new RtDetr.Sampling(
        points(config),
        discrete ? Method.DISCRETE : Method.BILINEAR,
        config.number("decoder_offset_scale", 0.5, -Double.MAX_VALUE),
        true);
  }

  private static List<Integer> points(ConfigTree config) {
    return List.of(config.integer("decoder_n_points", 4, 1));
  }

  @Override
  public Labels labels(ConfigTree config) {
    return Labels.of(config);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "RTDetrImageProcessor";
  }
}
