package dev.dovetail.heads.dfine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.deimv2.SpatialTuning;
import dev.dovetail.adapters.hybridencoder.Block;
import dev.dovetail.adapters.hybridencoder.Fusion;
import dev.dovetail.adapters.hybridencoder.Fusion.Join;
import dev.dovetail.adapters.hybridencoder.HuggingFaceHybridEncoder;
import dev.dovetail.adapters.hybridencoder.HybridEncoder;
import dev.dovetail.adapters.hybridencoder.HybridEncoder.Projection;
import dev.dovetail.adapters.hybridencoder.LiteEncoder;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.backbones.vit.HuggingFaceDinov3;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.DeformableSampling.Method;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** {@code d_fine} and {@code deimv2} of transformers. */
final class HuggingFaceDFine implements HuggingFaceReader<Record> {

  private static final String DEIMV2 = "deimv2";
  private static final String CHANNELS = "decoder_in_channels";
  private static final String LEVELS = "num_feature_levels";
  private static final String POINTS = "decoder_n_points";

  @Override
  public Set<String> modelTypes() {
    return Set.of("d_fine", DEIMV2);
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, "ForObjectDetection");
    return isDinov3(config) ? dinov3(config) : backbone(config).model();
  }

  private static boolean isDeimv2(ConfigTree config) {
    return config.text("model_type", "").equals(DEIMV2);
  }

  private static boolean isDinov3(ConfigTree config) {
    return isDeimv2(config)
        && config.child("backbone_config").text("model_type", "").equals("dinov3_vit");
  }

  private static VisionTransformer dinov3(ConfigTree config) {
    return HuggingFaceDinov3.backbone(config.child("backbone_config"));
  }

  private static DetectorBackbone backbone(ConfigTree config) {
    ObjectNode usual = JsonNodeFactory.instance.objectNode().put("model_type", "hgnet_v2");
    usual.putArray("out_indices").add(2).add(3).add(4);
    return DetectorBackbone.of(config, ConfigTree.of(usual, config.source()), 3);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    if (!isDeimv2(config)) {
      HybridEncoder encoder =
          HuggingFaceHybridEncoder.of(
              config, backbone(config).levels(), fusion(config, Block.ELAN4, Join.CONCATENATE));
      return List.of(
          BackboneFeatures.defaults(),
          encoder,
          head(config, encoder.levels(), encoder.channels()));
    }
    config.only("encoder_type", "hybrid", "lite");
    int channels = config.integer("encoder_hidden_dim", 256, 1);
    if (isDinov3(config)) {
      return List.of(adapter(config, channels), hybrid(config, 3, false), head(config, 3, channels));
    }
    int levels = backbone(config).levels();
    if (config.text("encoder_type", "hybrid").equals("lite")) {
      LiteEncoder encoder = new LiteEncoder(levels, channels, deimv2Fusion(config, Join.SUM));
      return List.of(BackboneFeatures.defaults(), encoder, head(config, 2, channels));
    }
    return List.of(
        BackboneFeatures.defaults(), hybrid(config, levels, true), head(config, levels, channels));
  }

  /** The light encoder is not known to be used with it, and would take projected maps. */
  private static SpatialTuning adapter(ConfigTree config, int channels) {
    config.only("encoder_type", "hybrid");
    return new SpatialTuning(
        HuggingFaceTaps.of(
            config.child("backbone_config"), dinov3(config).geometry().depth()),
        config.integer("spatial_tuning_adapter_inplanes", 16, 1),
        channels,
        config.number("batch_norm_eps", 1e-5, 0));
  }

  private static HybridEncoder hybrid(ConfigTree config, int levels, boolean projected) {
    config.only("encoder_fuse_op", "sum");
    HybridEncoder encoder =
        HuggingFaceHybridEncoder.of(config, levels, deimv2Fusion(config, Join.SUM));
    return encoder.withProjection(
        new Projection(projected, config.number("batch_norm_eps", 1e-5, 0)));
  }

  private static Fusion deimv2Fusion(ConfigTree config, Join join) {
    boolean convolution = config.flag("encoder_has_trailing_conv", true);
    return fusion(config, convolution ? Block.ELAN5_CONV : Block.ELAN5, join);
  }

  /** Python rounds halves to even numbers, as {@code rint} does. */
  private static Fusion fusion(ConfigTree config, Block block, Join join) {
    return new Fusion(
        block,
        join,
        config.number("hidden_expansion", 1, Double.MIN_VALUE),
        (int) Math.rint(3 * config.number("depth_mult", 1, 0)),
        ActivationName.of(config, "activation_function", "silu"),
        config.number("batch_norm_eps", 1e-5, 0));
  }

  private static DFine head(ConfigTree config, int maps, int channels) {
    List<Integer> in = config.integers(CHANNELS, List.of(256, 256, 256), 1);
    if (in.size() != maps || in.stream().anyMatch(c -> c != channels)) {
      throw config.wrong(
          CHANNELS, "encoder_hidden_dim (" + channels + ") for each of " + maps + " maps");
    }
    int queries = config.integer("num_queries", 300, 1);
    boolean deimv2 = isDeimv2(config);
    return new DFine(
        Labels.of(config).count(),
        queries,
        config.integer("d_model", 256, 1),
        maps,
        layers(config, maps, deimv2),
        distribution(config),
        new DFine.Predictors(
            Activation.RELU,
            deimv2 && config.flag("share_bbox_head", false),
            true,
            config.flag("learn_initial_query", false),
            false),
        queries);
  }

  private static Decoder layers(ConfigTree config, int maps, boolean deimv2) {
    int layers = config.integer("decoder_layers", 6, 1);
    // transformers itself fails with an earlier layer.
    config.only("eval_idx", -1, layers - 1);
    config.only("decoder_method", "default", "discrete");
    boolean discrete = config.text("decoder_method", "default").equals("discrete");
    return new Decoder(
        layers,
        config.integer("decoder_attention_heads", 8, 1),
        config.integer("decoder_ffn_dim", 1024, 1),
        deimv2 ? LayerKind.DEIMV2 : LayerKind.DFINE,
        ActivationName.of(config, "decoder_activation_function", "relu"),
        !deimv2 || config.flag("use_gateway", true),
        new Decoder.Sampling(
            points(config, maps),
            discrete ? Method.DISCRETE : Method.BILINEAR,
            config.number("decoder_offset_scale", 0.5, -Double.MAX_VALUE)),
        config.number("layer_norm_eps", 1e-5, 0));
  }

  private static List<Integer> points(ConfigTree config, int maps) {
    int levels = config.integer(LEVELS, 3, maps);
    if (!config.node().path(POINTS).isArray()) {
      return Collections.nCopies(levels, config.integer(POINTS, 4, 1));
    }
    List<Integer> points = config.integers(POINTS, List.of(), 1);
    if (points.size() != levels) {
      throw config.wrong(POINTS, "a number for each of the " + levels + " levels");
    }
    return points;
  }

  private static Distribution distribution(ConfigTree config) {
    int bins = config.integer("max_num_bins", 32, 4);
    if (bins % 2 != 0) {
      throw config.wrong("max_num_bins", "an even number");
    }
    return new Distribution(
        bins,
        config.number("up", 0.5, -Double.MAX_VALUE),
        config.number("reg_scale", 4, -Double.MAX_VALUE),
        new Distribution.Quality(
            config.integer("top_prob_values", 4, 1),
            config.integer("lqe_hidden_dim", 64, 1),
            config.integer("lqe_layers", 2, 1)));
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
