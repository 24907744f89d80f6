package dev.dovetail.heads.maskformer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.heads.queries.UniversalBackbone;
import dev.dovetail.heads.queries.UniversalTasks;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code maskformer} configs of transformers, over any backbone whose four maps are all used.
 */
final class HuggingFaceMaskFormer implements DecoderReader<Record> {

  private static final String BACKBONE = "backbone_config";
  private static final String DECODER = "decoder_config";

  /** The epsilon of the norms, which no config changes. */
  private static final int GROUPS = 32;

  /** The default backbone of transformers. */
  private static final UniversalBackbone USUAL =
      new UniversalBackbone(128, List.of(2, 2, 18, 2), List.of(4, 8, 16, 32), 12);

  @Override
  public Set<String> modelTypes() {
    return Set.of("maskformer");
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, "ForInstanceSegmentation");
    ObjectNode whole = config.node().deepCopy();
    if (whole.get(BACKBONE) instanceof ObjectNode backbone
        && backbone.path("model_type").asText().equals("swin")) {
      // transformers uses all four maps of this backbone, whatever its config specifies.
      backbone.remove("out_indices");
      backbone.putArray("out_features").add("stage1").add("stage2").add("stage3").add("stage4");
    }
    return USUAL.of(config.with(whole));
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    return List.of(BackboneFeatures.defaults(), head(config));
  }

  private static MaskFormer head(ConfigTree config) {
    ConfigTree detr = config.child(DECODER);
    detr.only("model_type", "detr");
    MaskFormer.Decoder decoder =
        new MaskFormer.Decoder(
            detr.integer("d_model", 256, 1),
            queries(config),
            detr.integer("decoder_layers", 6, 1),
            detr.integer("decoder_attention_heads", 8, 1),
            detr.integer("decoder_ffn_dim", 2048, 1),
            ActivationName.of(detr, "activation_function", "relu"),
            detr.flag("auxiliary_loss", false));
    PixelPyramid pixels =
        new PixelPyramid(
            config.integer("fpn_feature_size", 256, 1),
            config.integer("mask_feature_size", 256, 1),
            GROUPS);
    return new MaskFormer(Labels.of(config).count(), pixels, decoder);
  }

  private static int queries(ConfigTree config) {
    return config.child(DECODER).integer("num_queries", 100, 1);
  }

  @Override
  public String task(ConfigTree config) {
    return UniversalTasks.of(config);
  }

  /** Post-processing reads masks at the resolution of the network. */
  @Override
  public ObjectNode taskSections(
      ConfigTree config, String task, boolean reduceLabels, List<Integer> input) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode labels = nodes.objectNode().put("reduceZero", reduceLabels).put("ignore", 255);
    return UniversalTasks.sections(
        task, nodes.objectNode().put("at", "network"), queries(config), labels, input);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "MaskFormerImageProcessor";
  }
}
