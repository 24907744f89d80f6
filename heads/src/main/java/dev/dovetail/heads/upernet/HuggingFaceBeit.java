package dev.dovetail.heads.upernet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.feature2pyramid.Feature2Pyramid;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.HuggingFaceVit;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.SegmenterReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code beit} and {@code data2vec-vision} configs of transformers: a classifier, a backbone,
 * or a segmenter with UperNet's head. The segmenter has a pyramid whatever {@code add_fpn}
 * specifies, which is a key of the backbone.
 */
final class HuggingFaceBeit implements SegmenterReader<VisionTransformer> {

  private static final String INDICES = "out_indices";

  /** The name of this key in older configs. */
  private static final String OLD_INDICES = "segmentation_indices";

  private static final HuggingFaceVit CLASSIFIER = new HuggingFaceVit();

  @Override
  public Set<String> modelTypes() {
    return Set.of("beit", "data2vec-vision");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification", SEGMENTATION);
    return HuggingFaceVit.transformer(config);
  }

  @Override
  public VisionTransformer asBackbone(ConfigTree config) {
    return CLASSIFIER.asBackbone(config);
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    if (!isSegmenter(config)) {
      return List.of();
    }
    int width = config.integer("hidden_size", 768, 1);
    return List.of(
        new Taps(after(config)),
        Feature2Pyramid.defaults(),
        HuggingFaceUperNet.head(config, width, List.of(width, width, width, width)));
  }

  /**
   * The library uses the states before these blocks, counted from 1: 1 is the output of the stem.
   */
  private static List<Integer> after(ConfigTree config) {
    int depth = config.integer("num_hidden_layers", 12, 1);
    ObjectNode renamed = config.node().deepCopy();
    if (!config.has(INDICES) && config.has(OLD_INDICES)) {
      renamed.set(INDICES, renamed.get(OLD_INDICES));
    }
    if (!config.has(INDICES) && config.text("model_type", "").startsWith("data2vec")) {
      List.of(3, 5, 7, 11).forEach(renamed.putArray(INDICES)::add);
    }
    List<Integer> taps = HuggingFaceTaps.of(config.with(renamed), depth);
    if (taps.size() != 4 || taps.get(0) < 1) {
      throw config.wrong(INDICES, "four ascending numbers from 1 to " + depth);
    }
    return taps.stream().map(i -> i - 1).toList();
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "BeitImageProcessor";
  }

  /** Adds the outputs of a segmenter. */
  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, VisionTransformer model, Tensor image, int classes) {
    return isSegmenter(config) ? Map.of() : CLASSIFIER.outputs(root, config, model, image, classes);
  }
}
