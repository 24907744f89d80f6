package org.example.toydetr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.ExportOptions;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.onnx.Precision;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses the toy detector through Dovetail's library like any built-in detector. */
class ToyDetrTest {

  private static final Path CONFIG = Path.of("configs", "toy-detr.json");
  private static final int[][] SIZES = {{120, 200}, {200, 120}, {192, 320}, {90, 91}};

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void draw() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < SIZES.length; i++) {
      ImageIO.write(picture(i), "png", images.resolve(i + ".png").toFile());
    }
  }

  /** Returns an image with colored boxes. */
  private static BufferedImage picture(int seed) {
    int[] size = SIZES[seed];
    BufferedImage picture = new BufferedImage(size[1], size[0], BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = picture.createGraphics();
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillRect(random.nextInt(size[1]), random.nextInt(size[0]), 50, 40);
    }
    graphics.dispose();
    return picture;
  }

  /**
   * Opens the model with random weights, which are kept in the build directory for manual experiments.
   */
  private static DovetailModel open() throws IOException {
    Path weights = Path.of("target", "toy-detr.safetensors");
    return Dovetail.load(CONFIG, RandomWeights.write(weights, CONFIG));
  }

  private Path image(int i) {
    return images.resolve(i + ".png");
  }

  /** Writes COCO annotations with the model's detections as ground truth. */
  private Path truth(DovetailModel model) throws IOException {
    List<String> listed = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      listed.add(
          "{\"id\": %d, \"file_name\": \"%d.png\", \"height\": %d, \"width\": %d}"
              .formatted(i, i, SIZES[i][0], SIZES[i][1]));
      Detections detections = model.predict(image(i)).detections();
      double[] b = detections.xywh();
      for (int k = 0; k < detections.count(); k++) {
        objects.add(
            "{\"id\": %d, \"image_id\": %d, \"category_id\": %d, \"iscrowd\": 0, \"area\": 1000, "
                    .formatted(objects.size() + 1, i, detections.labels()[k] + 1)
                + "\"bbox\": [%s, %s, %s, %s]}"
                    .formatted(b[4 * k], b[4 * k + 1], b[4 * k + 2], b[4 * k + 3]));
      }
    }
    List<String> categories = new ArrayList<>();
    for (String name : model.classes()) {
      categories.add("{\"id\": %d, \"name\": \"%s\"}".formatted(categories.size() + 1, name));
    }
    return Files.writeString(
        folder.resolve("truth.json"),
        "{\"images\": %s, \"annotations\": %s, \"categories\": %s}"
            .formatted(listed, objects, categories));
  }

  @Test
  void everyQueryFindsAnObject() throws IOException {
    try (DovetailModel model = open()) {
      assertEquals("detection", model.task());
      assertEquals(List.of("cat", "dog", "bird"), model.classes());
      for (int i = 0; i < SIZES.length; i++) {
        Detections detections = model.predict(image(i)).detections();
        assertEquals(new Size(SIZES[i][0], SIZES[i][1]), detections.image());
        assertEquals(20, detections.count());
        for (int k = 0; k < detections.count(); k++) {
          assertTrue(detections.scores()[k] > 0 && detections.scores()[k] < 1);
          assertTrue(k == 0 || detections.scores()[k] <= detections.scores()[k - 1], "best first");
          double middle = (detections.boxes()[4 * k] + detections.boxes()[4 * k + 2]) / 2;
          assertTrue(middle > 0 && middle < SIZES[i][1], "a box outside the image");
        }
      }
      String some = model.predict(image(0)).toJson();
      assertEquals(some, model.predict(picture(0)).toJson());
      assertTrue(!some.equals(model.predict(picture(1)).toJson()), "the image has no effect");
    }
  }

  @Test
  void anEvaluationComputesCocosAveragePrecision() throws IOException {
    try (DovetailModel model = open()) {
      Path truth = truth(model);
      Path out = folder.resolve("run");
      EvaluationReport report =
          model.evaluate(EvaluationOptions.of(images, truth).toBuilder().out(out).batch(2).build());
      assertEquals(1, report.value("bbox.AP"), 1e-6);
      assertTrue(Files.exists(out.resolve("bbox.json")));
      assertTrue(!Files.exists(out.resolve("segm.json")), "it predicts no masks");
    }
  }

  @Test
  void theExportedFileGivesTheSameResults() throws IOException {
    Path file = folder.resolve("toy-detr.onnx");
    try (DovetailModel model = open()) {
      model.export(ExportOptions.of(file, new Size(192, 320)));
      try (DovetailModel exported = Dovetail.load(file)) {
        for (int i : new int[] {0, 2}) { // images that are resized to 192x320
          assertEquals(
              model.predict(image(i)).toJson(), exported.predict(image(i)).toJson(), "image " + i);
        }
        assertEquals(20, exported.predict(image(1)).detections().count());
      }
    }
  }

  @Test
  void halfPrecisionDiffersLittle() throws IOException {
    Path file = folder.resolve("half.onnx");
    try (DovetailModel model = open()) {
      model.export(ExportOptions.of(file, new Size(192, 320)).withPrecision(Precision.FP16));
      try (DovetailModel half = Dovetail.load(file)) {
        float expected = model.predict(image(2)).detections().scores()[0];
        assertEquals(expected, half.predict(image(2)).detections().scores()[0], 0.01);
      }
    }
  }

  @Test
  void itsConfigSectionIsValidatedLikeAnyOther() throws IOException {
    assertRejected("unknown key 'network.depth'", "network.depth=3");
    assertRejected("width 63 is not a multiple of heads 4", "network.width=63");
    assertRejected("'head' does not apply here", "head.type=upernet");
    assertRejected("does not support this network, which predicts QueryBoxes", "task=semantic");
    String fewer = "network.queries=7";
    Path weights = RandomWeights.write(folder.resolve("w.safetensors"), CONFIG, fewer);
    try (DovetailModel model =
        Dovetail.model(CONFIG.toString()).set(fewer).weights(weights).open()) {
      assertEquals(7, model.predict(image(0)).detections().count());
    }
  }

  private void assertRejected(String words, String override) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Dovetail.model(CONFIG.toString()).set(override).open())
            .getMessage();
    assertTrue(message.contains(words), message);
  }
}
