package dev.dovetail.heads.rtdetr;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.hybridencoder.HuggingFaceHybridEncoder;
import dev.dovetail.adapters.hybridencoder.HybridEncoder;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;
import java.util.Set;

/** Reads {@code rt_detr} and {@code rt_detr_v2} configs of transformers. */
final class HuggingFaceRtDetr implements DecoderReader<Record> {

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
    DetectorBackbone backbone = backbone(config);
    List<Integer> all = ((Backbone) backbone.model()).strides();
    List<Integer> strides = all.subList(all.size() - backbone.levels(), all.size());
    HybridEncoder encoder = HuggingFaceHybridEncoder.of(config, backbone.levels());
    RtDetr head = HuggingFaceRtDetrHead.of(config, encoder.channels(), strides, sampling(config));
    return List.of(BackboneFeatures.defaults(), encoder, head);
  }

  private static RtDetr.Sampling sampling(ConfigTree config) {
    List<Integer> points = List.of(config.integer("decoder_n_points", 4, 1));
    if (!config.text("model_type", "").equals(VERSION_2)) {
      return new RtDetr.Sampling(points, Method.BILINEAR, 0.5, false);
    }
    config.only("decoder_n_levels", config.integer("num_feature_levels", 3, 1));
    return HuggingFaceRtDetrHead.sampling(config, points);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "RTDetrImageProcessor";
  }
}
