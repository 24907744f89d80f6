package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.Head;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.data.image.Preprocess;
import dev.dovetail.data.image.Preprocess.Filter;
import dev.dovetail.data.image.Preprocess.Fit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Models that timm keeps on Hugging Face: their {@code config.json} has no {@code model_type} but
 * an {@code architecture}, the name of a variant that is a preset of ours, and how images are
 * prepared ({@code pretrained_cfg}).
 */
record TimmHub(PartRegistry registry) implements HuggingFaceFamily {

  private static final float BYTE = 255;

  @Override
  public Set<String> modelTypes() {
    return Set.of();
  }

  @Override
  public Backbone backbone(JsonNode config) {
    return registry.preset(config.path("architecture").asText()).backbone();
  }

  @Override
  public Head head(JsonNode config) {
    JsonNode own = config.path("num_classes");
    return new ClassificationHead(
        own.isInt() ? own.asInt() : pretrained(config).path("num_classes").asInt());
  }

  @Override
  public List<String> classNames(JsonNode config) {
    List<String> names = new ArrayList<>();
    config.path("label_names").forEach(n -> names.add(n.asText()));
    return names;
  }

  @Override
  public Preprocess preprocess(JsonNode config, JsonNode processor) {
    JsonNode p = pretrained(config);
    int side = p.path("input_size").path(1).asInt(224);
    boolean squash = p.path("crop_mode").asText("center").equals("squash");
    int edge = (int) Math.floor(side / p.path("crop_pct").asDouble(1));
    return new Preprocess(
        List.of(edge, edge),
        squash ? Fit.STRETCH : Fit.SHORT_EDGE,
        Filter.valueOf(p.path("interpolation").asText("bicubic").toUpperCase(Locale.ROOT)),
        List.of(side, p.path("input_size").path(2).asInt(side)),
        1,
        channels(p.path("mean")),
        channels(p.path("std")),
        true);
  }

  private static JsonNode pretrained(JsonNode config) {
    return config.has("pretrained_cfg") ? config.get("pretrained_cfg") : config;
  }

  private static List<Float> channels(JsonNode given) {
    List<Float> values = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      values.add((float) given.path(c).asDouble(0.5) * BYTE);
    }
    return values;
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Features> stages = backbone.features(root, image);
    Features last = stages.get(stages.size() - 1);
    out.put("logits", ((Classifier) backbone).logits(root, last, classes));
    root.trace().graph(out).value("features").ifPresent(f -> out.put("features", f));
    return out;
  }
}
