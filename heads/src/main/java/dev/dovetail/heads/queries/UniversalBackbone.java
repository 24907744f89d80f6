package dev.dovetail.heads.queries;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;

/**
 * The backbone of transformers' MaskFormer and Mask2Former: any backbone with four maps from stride
 * 4 on, by default a Swin of this size.
 *
 * @param width channels of the first stage
 * @param depths blocks of each stage
 * @param heads heads of each stage
 * @param window rows and columns of a window
 */
public record UniversalBackbone(int width, List<Integer> depths, List<Integer> heads, int window) {

  private static final int MAPS = 4;
  private static final int FINEST = 4;

  /**
   * {@return the backbone's record}
   *
   * @param config the config of the whole model
   * @throws IllegalArgumentException if the backbone is not supported or not all of its maps are
   *     used; the message names the key
   */
  public Record of(ConfigTree config) {
    ObjectNode usual = JsonNodeFactory.instance.objectNode().put("model_type", "swin");
    usual.put("embed_dim", width).put("window_size", window);
    depths.forEach(usual.withArray("depths")::add);
    heads.forEach(usual.withArray("num_heads")::add);
    for (int i = 1; i <= MAPS; i++) {
      usual.withArray("out_indices").add(i);
    }
    DetectorBackbone detector = DetectorBackbone.of(config, config.with(usual), MAPS);
    Backbone backbone = (Backbone) detector.model();
    if (detector.levels() != MAPS
        || backbone.stages().size() != MAPS
        || backbone.strides().get(0) < FINEST) {
      throw config.wrong(
          "backbone_config",
          "a backbone with four stages from stride 4 on, which are all in out_features");
    }
    return detector.model();
  }
}
