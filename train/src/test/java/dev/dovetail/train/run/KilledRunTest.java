package dev.dovetail.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.Dovetail;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingListener;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training run in a separate process that is killed ({@code kill -9}) and resumed. */
class KilledRunTest {

  private static final String CONFIG =
      """
      {"backbone": {"type": "vit", "width": 16, "depth": 1, "heads": 2, "pretrainSize": 32,
                    "patchSize": 8},
       "head": {"type": "classifier", "classes": 2},
       "preprocess": {"scale": [32, 32], "fit": "stretch", "crop": []},
       "training": {"iterations": 8, "batch": 2, "saveEvery": 2, "logEvery": 1,
                    "augmentation": {"type": "small_classification", "crop": [32, 32]}}}
      """;

  private static final int KILLED_AFTER = 5;

  /** The main method of the process. It waits after a step, so that it can be killed. */
  static final class Child {

    private Child() {}

    public static void main(String[] args) throws IOException {
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stepped(Step step) {
              System.out.println(step.iteration());
              if (step.iteration() == KILLED_AFTER) {
                try {
                  TimeUnit.MINUTES.sleep(5);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            }
          };
      Dovetail.train(options(Path.of(args[0]), args[1]).listener(listener).build());
    }
  }

  private static TrainingOptions.Builder options(Path folder, String out) {
    Path images = folder.resolve("images");
    return TrainingOptions.of(
        folder.resolve("config.json").toString(),
        new TrainingData(images, images),
        folder.resolve(out));
  }

  @Test
  void aKilledRunResumesToTheSameBytes(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("config.json"), CONFIG);
    for (int i = 0; i < 6; i++) {
      byte[] pixels = new byte[32 * 32 * 3];
      Arrays.fill(pixels, (byte) (40 * i));
      Path file = folder.resolve("images").resolve(i < 3 ? "dark" : "light").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageWriter.write(file, Image.of(new Size(32, 32), pixels));
    }
    kill(folder);
    assertTrue(Files.exists(folder.resolve("killed/state.safetensors")));
    TrainingReport resumed = Dovetail.train(options(folder, "killed").resume().build());
    TrainingReport whole = Dovetail.train(options(folder, "whole").build());
    assertEquals(whole.iterations(), resumed.iterations());
    assertArrayEquals(Files.readAllBytes(whole.last()), Files.readAllBytes(resumed.last()));
  }

  private static void kill(Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString(),
                "killed")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals(Integer.toString(KILLED_AFTER))) {
        line = out.readLine();
      }
      assertEquals(Integer.toString(KILLED_AFTER), line, "the process ended early");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
