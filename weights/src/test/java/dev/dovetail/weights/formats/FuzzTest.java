package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with randomly changed bytes. */
class FuzzTest {

  private static final int ROUNDS = 150;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> damagedCheckpointIsReadOrRefusedWithASentence() {
    return FixtureFolders.in("fixtures/comer", "config.json")
        .ofType("checkpoint_loading")
        .flatEach(
            formats ->
                TorchFixturesTest.files(formats, ".*\\.(pth|safetensors)").stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                file.getFileName().toString(),
                                () ->
                                    assertTimeoutPreemptively(
                                        Duration.ofSeconds(60), () -> damageAndOpen(file)))));
  }

  private void damageAndOpen(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        int at = random.nextInt(damaged.length);
        damaged[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (damaged[at] + 1);
      }
      if (random.nextInt(10) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      Path copy = Files.write(folder.resolve(seed + "-" + file.getFileName()), damaged);
      try (Checkpoint checkpoint = Checkpoint.open(copy)) {
        for (StoredTensor tensor : checkpoint.tensors().values()) {
          tensor.writeTo(
              Channels.newChannel(java.io.OutputStream.nullOutputStream()), tensor.type());
        }
        assertTrue(checkpoint.meta().toString().length() >= 2);
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith(copy + ": "), "seed " + seed + ": " + e);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
      Files.delete(copy);
    }
  }
}
