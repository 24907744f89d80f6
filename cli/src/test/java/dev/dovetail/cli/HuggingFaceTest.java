package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.dovetail.core.DType;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs transformers directories with the command {@code dovetail run DIR}. */
class HuggingFaceTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> aDirectoryGivesTransformersOutputsByTheirNames() {
    return FixtureFolders.in("fixtures/zoo/hf", "config.json").each(this::compare);
  }

  private void compare(Path directory) throws IOException {
    Path outputs = folder.resolve(directory.getFileName() + ".safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "run",
            directory,
            "--inputs",
            directory.resolve("inputs.safetensors"),
            "--outputs",
            outputs);
    assumeFalse(run.err().contains("is unknown; known:"), run.err());
    run.succeeded();
    try (Checkpoint got = Checkpoint.open(outputs);
        Checkpoint want = Checkpoint.open(directory.resolve("outputs.safetensors"))) {
      for (Map.Entry<String, StoredTensor> e : want.tensors().entrySet()) {
        StoredTensor found = got.tensors().get(e.getKey());
        assertTrue(found != null, e.getKey() + " is not among " + got.tensors().keySet());
        if (e.getValue().type() == DType.FLOAT32) {
          assertClose(e.getKey(), e.getValue().floats(), found.floats());
        }
      }
    }
  }

  private static void assertClose(String name, float[] want, float[] got) {
    double largest = 0;
    double worst = got.length == want.length ? 0 : Double.NaN;
    for (int i = 0; i < want.length && got.length == want.length; i++) {
      largest = Math.max(largest, Math.abs(want[i]));
      worst = Math.max(worst, Math.abs((double) want[i] - got[i]));
    }
    assertTrue(worst <= TOLERANCE * largest, name + " differs by " + worst + " of " + largest);
  }
}
