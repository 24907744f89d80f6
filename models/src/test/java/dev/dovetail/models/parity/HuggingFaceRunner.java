package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
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
}
