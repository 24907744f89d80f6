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
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.backbones.vit.HuggingFaceDinov3;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.rtdetr.HuggingFaceRtDetrHead;
import dev.dovetail.heads.rtdetr.RtDetr;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;
import java.util.Set;

/** Reads {@code d_fine} and {@code deimv2} configs of transformers. */
final class HuggingFaceDFine implements DecoderReader<Record> {

  private static final String DEIMV2 = "deimv2";
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
    int channels = config.integer("encoder_hidden_dim", 256, 1);
    if (isDinov3(config)) {
      return List.of(
          adapter(config, channels),
          hybrid(config, 3, false),
          head(config, channels, List.of(8, 16, 32)));
    }
    DetectorBackbone backbone = backbone(config);
    int levels = backbone.levels();
    List<Integer> all = ((Backbone) backbone.model()).strides();
    List<Integer> strides = all.subList(all.size() - levels, all.size());
    if (!isDeimv2(config)) {
      Fusion fusion = fusion(config, Block.ELAN4, Join.CONCATENATE);
      return List.of(
          BackboneFeatures.defaults(),
          HuggingFaceHybridEncoder.of(config, levels, fusion),
          head(config, channels, strides));
    }
    config.only("encoder_type", "hybrid", "lite");
    if (config.text("encoder_type", "hybrid").equals("lite")) {
      int finest = strides.get(0);
      return List.of(
          BackboneFeatures.defaults(),
          new LiteEncoder(levels, channels, deimv2Fusion(config)),
          head(config, channels, List.of(finest, 2 * finest)));
    }
    return List.of(
        BackboneFeatures.defaults(), hybrid(config, levels, true), head(config, channels, strides));
  }

  /** The light encoder reads projected maps; no published model combines both. */
  private static SpatialTuning adapter(ConfigTree config, int channels) {
    config.only("encoder_type", "hybrid");
    return new SpatialTuning(
        HuggingFaceTaps.of(config.child("backbone_config"), dinov3(config).geometry().depth()),
        config.integer("spatial_tuning_adapter_inplanes", 16, 1),
        channels,
        config.number("batch_norm_eps", 1e-5, 0));
  }

  /**
   * Its blocks have as many input channels as output channels, so maps cannot be joined otherwise.
   */
  private static HybridEncoder hybrid(ConfigTree config, int levels, boolean projected) {
    config.only("encoder_fuse_op", "sum");
    return HuggingFaceHybridEncoder.of(config, levels, deimv2Fusion(config))
        .withProjection(new Projection(projected, config.number("batch_norm_eps", 1e-5, 0)));
  }

  private static Fusion deimv2Fusion(ConfigTree config) {
    boolean convolution = config.flag("encoder_has_trailing_conv", true);
    return fusion(config, convolution ? Block.ELAN5_CONV : Block.ELAN5, Join.SUM);
  }

  /** Python rounds half to even, like {@code rint}. */
  private static Fusion fusion(ConfigTree config, Block block, Join join) {
    return new Fusion(
        block,
        join,
        config.number("hidden_expansion", 1, Double.MIN_VALUE),
        (int) Math.rint(3 * config.number("depth_mult", 1, 0)),
        ActivationName.of(config, "activation_function", "silu"),
        config.number("batch_norm_eps", 1e-5, 0));
  }

  private static DFine head(ConfigTree config, int channels, List<Integer> strides) {
    // transformers itself fails with an earlier layer; layer_scale applies to later ones.
    config.only("eval_idx", -1, config.integer("decoder_layers", 6, 1) - 1);
    RtDetr.Sampling sampling = HuggingFaceRtDetrHead.sampling(config, points(config));
    RtDetr base = HuggingFaceRtDetrHead.of(config, channels, strides, sampling);
    return new DFine(base, distribution(config), style(config));
  }

  /** Reads one number for all levels or one for each. */
  private static List<Integer> points(ConfigTree config) {
    if (!config.node().path(POINTS).isArray()) {
      return List.of(config.integer(POINTS, 4, 1));
    }
    int levels = config.integer(LEVELS, 3, 1);
    List<Integer> points = config.integers(POINTS, List.of(), 1);
    if (points.size() != levels) {
      throw config.wrong(POINTS, "a number for each of the " + levels + " levels");
    }
    return points;
  }

  private static Style style(ConfigTree config) {
    if (!isDeimv2(config)) {
      return Style.dfine();
    }
    return new Style(
        LayerKind.DEIMV2,
        config.flag("use_gateway", true),
        Activation.RELU,
        config.flag("share_bbox_head", false),
        true,
        false);
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
  public String imageProcessor(ConfigTree config) {
    return "RTDetrImageProcessor";
  }
}
