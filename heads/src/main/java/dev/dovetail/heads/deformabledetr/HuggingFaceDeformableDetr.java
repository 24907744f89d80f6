package dev.dovetail.heads.deformabledetr;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.List;
import java.util.Set;

/** Reads {@code deformable_detr} configs of transformers. */
final class HuggingFaceDeformableDetr implements DecoderReader<Record> {

  /** {@code top_k} of the library's post-processing, which is not part of any file. */
  private static final int MAX_DETECTIONS = 100;

  private static final String LEVELS = "num_feature_levels";

  @Override
  public Set<String> modelTypes() {
    return Set.of("deformable_detr");
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, "ForObjectDetection");
    return backbone(config).model();
  }

  private static DetectorBackbone backbone(ConfigTree config) {
    int timmLevels = config.integer(LEVELS, 4, 1) > 1 ? 3 : 1;
    ConfigTree usual =
        config.with(
            JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "timm_backbone")
                .put("backbone", "resnet50"));
    return DetectorBackbone.of(config, usual, timmLevels);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    int levels = backbone(config).levels();
    EncoderMaps maps =
        new EncoderMaps(
            config.integer("d_model", 256, 1),
            levels,
            config.integer(LEVELS, 4, levels) - levels,
            PositionEmbedding.of(config));
    boolean twoStage = config.flag("two_stage", false);
    DeformableDetr head =
        new DeformableDetr(
            Labels.of(config).count(),
            config.integer(twoStage ? "two_stage_num_proposals" : "num_queries", 300, 1),
            config.flag("with_box_refine", false),
            twoStage,
            MAX_DETECTIONS,
            maps,
            layers(config, "encoder"),
            layers(config, "decoder"));
    return List.of(BackboneFeatures.defaults(), head);
  }

  private static Layers layers(ConfigTree config, String part) {
    return new Layers(
        config.integer(part + "_layers", 6, 0),
        config.integer(part + "_attention_heads", 8, 1),
        config.integer(part + "_n_points", 4, 1),
        config.integer(part + "_ffn_dim", 1024, 1),
        ActivationName.of(config, "activation_function", "relu"));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "DeformableDetrImageProcessor";
  }
}
