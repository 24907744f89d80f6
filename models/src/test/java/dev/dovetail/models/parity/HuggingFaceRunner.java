package dev.dovetail.models.parity;

import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;

/** Runs a directory saved by transformers, whose outputs have transformers' names. */
final class HuggingFaceRunner implements FixtureTest {

  @Override
  public int compare(Fixture fixture) throws IOException {
    HuggingFaceDirectory directory =
        HuggingFaceDirectory.read(fixture.folder(), PartRegistry.load());
    return compare(fixture, directory, directory.reader());
  }

  private static <M extends Record> int compare(
      Fixture fixture, HuggingFaceDirectory directory, HuggingFaceReader<M> reader)
      throws IOException {
    @SuppressWarnings("unchecked") // the type of this reader's model
    M model = (M) directory.model();
    ConfigTree config = directory.config();
    int classes = reader.labels(config).count();
    return ZooRunner.compare(
        fixture.folder(), (s, image) -> reader.outputs(s, config, model, image, classes));
  }
}
