package dev.dovetail.models.parity;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.config.ConfigTree;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.models.huggingface.HuggingFaceFamily;
import java.io.IOException;

/** A directory as transformers saves it, with its outputs under transformers' names. */
final class HuggingFaceRunner implements FixtureTest {

  @Override
  public int compare(Fixture fixture) throws IOException {
    HuggingFaceDirectory directory =
        HuggingFaceDirectory.read(fixture.folder(), PartRegistry.load());
    ConfigTree config = directory.config();
    HuggingFaceFamily family = directory.family();
    Backbone backbone = family.backbone(config);
    int classes = family.head(config).classes();
    return ZooRunner.compare(
        fixture.folder(), (s, image) -> family.outputs(s, config, backbone, image, classes));
  }
}
