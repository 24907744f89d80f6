package dev.dovetail.heads.lwdetr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.backbones.vit.HuggingFaceRfDetrVit;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;
import java.util.Set;

/** Reads {@code rf_detr} configs of transformers: models for boxes, or for boxes and masks. */
final class HuggingFaceRfDetr implements DecoderReader<VisionTransformer> {

  private static final String MASKS = "RfDetrForInstanceSegmentation";

  @Override
  public Set<String> modelTypes() {
    return Set.of("rf_detr");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    HuggingFaceKeys.only(config, "RfDetrForObjectDetection", MASKS);
    config.only("num_feature_levels", 1);
    return HuggingFaceRfDetrVit.backbone(backbone(config));
  }

  /** Returns the section of the backbone, or transformers' default if the config has none. */
  private static ConfigTree backbone(ConfigTree config) {
    ObjectNode usual =
        config.node().objectNode().put("num_attention_heads", 6).put("hidden_size", 384);
    usual.put("image_size", 518);
    List.of("stage2", "stage5", "stage8", "stage11").forEach(usual.withArray("out_features")::add);
    return HuggingFaceKeys.backbone(config, "rf_detr_dinov2", usual);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    ConfigTree backbone = backbone(config);
    LwDetr head = HuggingFaceKeys.head(config, 1, config.integer("num_queries", 300, 1));
    return List.of(
        new Taps(HuggingFaceTaps.of(backbone, backbone.integer("num_hidden_layers", 12, 1))),
        HuggingFaceKeys.projector(
            config, List.of(1.0), Norm.LN, config.number("layer_norm_eps", 1e-5, 0)),
        Architecture.of(config).equals(MASKS) ? masks(config, head) : head);
  }

  private static RfDetrSegmentation masks(ConfigTree config, LwDetr head) {
    return new RfDetrSegmentation(
        head,
        config.integer("mask_downsample_ratio", 4, 1),
        config.integer("intermediate_size", 1024, 1),
        ActivationName.of(config, "segmentation_head_activation_function", "gelu"));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "RfDetrImageProcessor";
  }
}
