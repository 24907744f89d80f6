package dev.dovetail.heads.lwdetr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.adapters.projector.MultiScaleProjector;
import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.backbones.vit.HuggingFaceLwDetrVit;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code lw_detr} configs of transformers. */
final class HuggingFaceLwDetr implements DecoderReader<VisionTransformer> {

  /** The number of objects that transformers' post-processing keeps by default. */
  private static final int KEPT = 100;

  @Override
  public Set<String> modelTypes() {
    return Set.of("lw_detr");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    HuggingFaceKeys.only(config, "LwDetrForObjectDetection");
    return HuggingFaceLwDetrVit.backbone(backbone(config));
  }

  /** Returns the section of the backbone, or transformers' default if the config has none. */
  private static ConfigTree backbone(ConfigTree config) {
    ObjectNode usual = config.node().objectNode().put("image_size", 1024).put("hidden_size", 192);
    usual.put("num_hidden_layers", 10);
    List.of(0, 1, 3, 6, 7, 9).forEach(usual.withArray("window_block_indices")::add);
    List.of(2, 4, 5, 9).forEach(usual.withArray("out_indices")::add);
    return HuggingFaceKeys.backbone(config, "lw_detr_vit", usual);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    ConfigTree backbone = backbone(config);
    MultiScaleProjector projector =
        HuggingFaceKeys.projector(
            config, scales(config), Norm.BN, config.number("batch_norm_eps", 1e-5, 0));
    return List.of(
        new Taps(HuggingFaceTaps.of(backbone, backbone.integer("num_hidden_layers", 12, 1))),
        projector,
        HuggingFaceKeys.head(config, projector.scales().size(), KEPT));
  }

  private static List<Double> scales(ConfigTree config) {
    String key = "projector_scale_factors";
    List<Double> scales = new ArrayList<>();
    config.node().path(key).forEach(n -> scales.add(n.isNumber() ? n.doubleValue() : Double.NaN));
    if (scales.isEmpty() || !List.of(2.0, 1.0, 0.5).containsAll(scales)) {
      throw config.wrong(key, "a list of 2, 1 and 0.5");
    }
    return scales;
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "DeformableDetrImageProcessor";
  }
}
