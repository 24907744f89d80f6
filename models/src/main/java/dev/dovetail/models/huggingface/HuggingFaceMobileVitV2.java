package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.data.image.Preprocess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code mobilevitv2} of transformers. Where a map has an odd extent transformers leaves its last
 * row or column out of the attention, and this model resizes the map as timm does.
 */
public final class HuggingFaceMobileVitV2 implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("mobilevitv2");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    int stride = config.path("output_stride").asInt(32);
    if (stride != 32) {
      throw new IllegalArgumentException(
          "the config's 'output_stride' is " + stride + ", and dilated stages are not known");
    }
    return MobileVitV2.of(config.path("width_multiplier").asDouble(1));
  }

  /** As usual, except that these models take the channels as BGR. */
  @Override
  public Preprocess preprocess(JsonNode config, JsonNode processor) {
    Preprocess p = HuggingFaceFamily.super.preprocess(config, processor);
    boolean flipped = processor.path("do_flip_channel_order").asBoolean(true);
    return new Preprocess(
        p.scale(), p.fit(), p.filter(), p.crop(), p.divisor(), p.mean(), p.std(), !flipped);
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    MobileVitV2 model = (MobileVitV2) backbone;
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Features> stages = model.features(root, image);
    for (int i = 0; i < stages.size(); i++) {
      out.put("hidden_states." + (i + 1), stages.get(i).map());
    }
    Features last = stages.get(stages.size() - 1);
    out.put("last_hidden_state", last.map());
    out.put(classes > 0 ? "logits" : "pooler_output", model.logits(root, last, classes));
    return out;
  }
}
