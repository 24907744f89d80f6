package dev.dovetail.heads.mask2former;

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
 * Reads {@code mask2former} configs of transformers, over any backbone whose four maps are all
 * used.
 */
final class HuggingFaceMask2Former implements DecoderReader<Record> {

  /** Constants of transformers' code that no config changes. */
  private static final int GROUPS = 32;

  private static final int POINTS = 4;
  private static final int MAPS = 4;

  /** The default backbone of transformers. */
  private static final UniversalBackbone USUAL =
      new UniversalBackbone(96, List.of(2, 2, 18, 2), List.of(3, 6, 12, 24), 7);

  /** The size to which post-processing resizes the masks of all models. */
  private static final int MASKS = 384;

  @Override
  public Set<String> modelTypes() {
    return Set.of("mask2former");
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, "ForUniversalSegmentation");
    return USUAL.of(config);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    return List.of(BackboneFeatures.defaults(), head(config));
  }

  private static Mask2Former head(ConfigTree config) {
    int heads = config.integer("num_attention_heads", 8, 1);
    int width = config.integer("feature_size", 256, 1);
    if (config.integer("hidden_dim", 256, 1) != width) {
      throw config.wrong(
          "hidden_dim",
          "feature_size (" + width + "): transformers does not save the projections between them");
    }
    config.only("enforce_input_projection", false); // nor the projection of these
    PixelDecoder pixels =
        new PixelDecoder(
            width,
            new PixelDecoder.Encoder(
                heads,
                POINTS,
                config.integer("encoder_layers", 6, 1),
                config.integer("encoder_feedforward_dim", 1024, 1)),
            GROUPS,
            laterals(config),
            config.integer("mask_feature_size", 256, 1));
    Mask2Former.Decoder decoder =
        new Mask2Former.Decoder(
            heads,
            config.integer("num_queries", 100, 1),
            config.integer("decoder_layers", 10, 2) - 1,
            config.integer("dim_feedforward", 2048, 1),
            config.flag("pre_norm", false),
            ActivationName.of(config, "activation_function", "relu"));
    return new Mask2Former(Labels.of(config).count(), pixels, decoder);
  }

  /**
   * Returns the number of doublings from the stride of the finest encoder map to {@code
   * common_stride}.
   */
  private static int laterals(ConfigTree config) {
    String key = "common_stride";
    List<Integer> strides = config.integers("feature_strides", List.of(4, 8, 16, 32), 1);
    if (strides.isEmpty()) {
      throw config.wrong("feature_strides", "the strides of the maps");
    }
    int least =
        strides.subList(Math.max(0, strides.size() - MAPS + 1), strides.size()).stream()
            .min(Integer::compare)
            .orElseThrow();
    double steps = (Math.log(least) - Math.log(config.integer(key, 4, 1))) / Math.log(2);
    int laterals = (int) (steps + 1e-9);
    if (laterals < 0 || laterals > MAPS || steps < 0) {
      throw config.wrong(key, "at most the smallest of the last three feature_strides, " + least);
    }
    return laterals;
  }

  @Override
  public String task(ConfigTree config) {
    return UniversalTasks.of(config);
  }

  @Override
  public ObjectNode taskSections(
      ConfigTree config, String task, boolean reduceLabels, List<Integer> input) {
    ObjectNode masks = JsonNodeFactory.instance.objectNode().put("at", "fixed");
    masks.putArray("size").add(MASKS).add(MASKS);
    ObjectNode labels =
        JsonNodeFactory.instance
            .objectNode()
            .put("reduceZero", reduceLabels)
            .put("ignore", config.integer("ignore_value", 255, 0));
    int queries = config.integer("num_queries", 100, 1);
    return UniversalTasks.sections(task, masks, queries, labels, input);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "Mask2FormerImageProcessor";
  }
}
