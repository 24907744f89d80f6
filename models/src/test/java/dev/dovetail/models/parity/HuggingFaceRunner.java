package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.models.huggingface.HuggingFaceFamily;
import java.io.IOException;

/** A directory as transformers saves it, with its outputs under transformers' names. */
record HuggingFaceRunner(HuggingFaceFamily family) implements FixtureTest {

  @Override
  public int compare(Fixture fixture) throws IOException {
    JsonNode config = fixture.config();
    Backbone backbone = family.backbone(config);
    int classes = family.head(config).classes();
    return ZooRunner.compare(
        fixture.folder(), (s, image) -> family.outputs(s, config, backbone, image, classes));
  }

  /**
   * The same for what the fixtures' maker did to the models: converting the weights to bfloat16 and
   * back rounded tables too that are not among the weights.
   */
  FixtureTest withRoundedBuffers() {
    return f -> {
      ObjectNode config = f.config().deepCopy();
      return compare(new Fixture(f.folder(), config.put("dtype", "bfloat16")));
    };
  }
}
