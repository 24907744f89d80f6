package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.convnext.ConvNeXt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** timm's {@code ConvNeXt}. */
final class ConvNeXtZoo {

  private ConvNeXtZoo() {}

  /** Selects the model by {@code type}; the smaller variants store their MLPs as convolutions. */
  static Map<String, FixtureTest> timm() {
    Map<String, FixtureTest> tests = new LinkedHashMap<>();
    for (String small : List.of("atto", "femto", "pico", "nano")) {
      tests.put("timm.convnext_" + small, new TimmRunner(c -> convNeXt(c, true)));
    }
    for (String large : List.of("tiny", "small", "base", "large")) {
      tests.put("timm.convnext_" + large, new TimmRunner(c -> convNeXt(c, false)));
    }
    return tests;
  }

  private static ConvNeXt convNeXt(JsonNode config, boolean convMlp) {
    boolean conv = config.path("conv_mlp").asBoolean(convMlp);
    return ConvNeXt.of(integers(config, "dims"), integers(config, "depths")).withConvMlp(conv);
  }

  private static List<Integer> integers(JsonNode config, String key) {
    return StreamSupport.stream(config.path(key).spliterator(), false)
        .map(JsonNode::asInt)
        .toList();
  }
}
