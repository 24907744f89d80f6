package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs a timm model. Its outputs are {@code intermediate.i} after each block of a plain backbone or
 * each stage of others, {@code features} after the final norm, and {@code logits}.
 *
 * @param backbone creates the backbone from the arguments of timm's constructor
 */
record TimmRunner(Function<JsonNode, Backbone> backbone) implements FixtureTest {

  @Override
  public int compare(Fixture fixture) throws IOException {
    JsonNode config = fixture.config();
    Backbone built = backbone.apply(config);
    Map<String, int[]> wanted = new LinkedHashMap<>();
    Fixture.tensors(fixture.folder().resolve("outputs.safetensors"))
        .forEach((name, data) -> wanted.put(name, data.type().shape().dims()));
    return ZooRunner.compare(
        fixture.folder(),
        (s, image) -> outputs(s, built, image, config.path("num_classes").asInt(), wanted));
  }

  private static Map<String, Tensor> outputs(
      Scope s, Backbone backbone, Tensor image, int classes, Map<String, int[]> wanted) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Stage> stages = backbone.stages();
    Features x = backbone.stem(s, image);
    // Stages before stride 4 are part of the stem here.
    int inStem = 0;
    while (wanted.containsKey("intermediate." + (stages.size() + inStem)) && stages.size() > 1) {
      out.put("intermediate." + inStem, s.trace().graph(out).values().get("stages." + inStem));
      inStem++;
    }
    for (int i = 0; i < stages.size(); i++) {
      int blocks = stages.get(i).blocks();
      if (stages.size() > 1) {
        x = backbone.blocks(s, x, i, 0, blocks);
        out.put("intermediate." + (i + inStem), x.map());
        continue;
      }
      for (int j = 0; j < blocks; j++) {
        x = backbone.blocks(s, x, 0, j, j + 1);
        out.put("intermediate." + j, x.map());
      }
    }
    if (wanted.containsKey("logits") && backbone instanceof Classifier classifier) {
      out.put("logits", classifier.logits(s, x, classes));
    }
    Map<String, Tensor> values = s.trace().graph(out).values();
    for (Map.Entry<String, int[]> e : wanted.entrySet()) {
      if (!out.containsKey(e.getKey()) && values.containsKey(e.getKey())) {
        // timm's Swin tokens are [batch, height, width, channels]
        out.put(e.getKey(), values.get(e.getKey()).reshape(e.getValue()));
      }
    }
    return out;
  }
}
