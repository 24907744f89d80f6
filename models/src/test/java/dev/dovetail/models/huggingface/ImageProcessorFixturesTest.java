package dev.dovetail.models.huggingface;

import static java.lang.Math.max;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preprocess;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.tasks.segmentation.SemanticInference;
import dev.dovetail.tasks.segmentation.SemanticInference.Mode;
import dev.dovetail.tasks.segmentation.SemanticInference.Window;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares preprocessed images with those of transformers for the same directories. */
class ImageProcessorFixturesTest {

  /** The rounding error of the normalization. */
  private static final double NOISE = 2e-6;

  /** Every directory specifies its processor, so the reader's default is not used. */
  private static final HuggingFaceReader<?> ANY = PartRegistry.load().huggingFace().get("vit");

  /** A part of a preprocessed image that passes the model separately. */
  private record Part(Image image, Window window) {}

  @TestFactory
  Stream<DynamicTest> everyProcessorGivesThePixelsOfTransformers() {
    return FixtureFolders.in("fixtures/heads", "fixture.json")
        .each(ImageProcessorFixturesTest::compare);
  }

  private static void compare(Path folder) throws IOException {
    assumeTrue(Files.exists(folder.resolve("preprocessor_config.json")), "no processor");
    ConfigTree config = ConfigTree.read(folder.resolve("config.json"));
    ImageProcessing read = ImageProcessor.read(folder, config, ANY);
    assertEquals(0, read.notes().size(), read.notes().toString());
    Preprocess p = read.preprocess();
    List<Part> parts = new ArrayList<>();
    Size padded = new Size(1, 1);
    for (Path file : images(folder)) {
      Image original = ImageReader.read(file);
      Image image = p.preparation().apply(original);
      Size size = p.preparation().geometry(original.size()).padded();
      for (Window window : windows(read.window(), image.size())) {
        parts.add(new Part(image, window));
      }
      padded = new Size(max(padded.height(), size.height()), max(padded.width(), size.width()));
    }
    if (read.window().isPresent()) {
      padded = new Size(read.window().get(), read.window().get());
    }
    // The Pillow version of the processor resizes like Dovetail; torchvision's rounds differently.
    try (Checkpoint outputs = Checkpoint.open(folder.resolve("outputs.safetensors"));
        Checkpoint inputs = Checkpoint.open(folder.resolve("inputs.safetensors"))) {
      StoredTensor pillow = outputs.tensors().get("pil_pixel_values");
      if (pillow != null) {
        compare(parts, padded, p, pillow, 0);
      }
      compare(parts, padded, p, inputs.tensors().get("pixel_values"), 1);
      mask(parts, padded, inputs.tensors().get("pixel_mask"));
      offsets(parts, inputs.tensors().get("patch_offsets"));
    }
  }

  /** The images of the batch in order. */
  private static List<Path> images(Path folder) {
    return Stream.iterate(1, i -> i + 1)
        .map(i -> folder.resolve(i == 1 ? "image.png" : "image" + i + ".png"))
        .takeWhile(Files::exists)
        .toList();
  }

  private static List<Window> windows(Optional<Integer> side, Size image) {
    if (side.isEmpty()) {
      return List.of(new Window(0, 0, image.height(), image.width()));
    }
    List<Integer> crop = List.of(side.get(), side.get());
    return new SemanticInference(Mode.SPREAD, crop, crop).windows(image.height(), image.width());
  }

  /**
   * @param levels tolerance of a pixel in units of 1/255
   */
  private static void compare(
      List<Part> parts, Size padded, Preprocess p, StoredTensor expected, int levels)
      throws IOException {
    assertEquals(
        List.of((long) parts.size(), 3L, (long) padded.height(), (long) padded.width()),
        expected.shape());
    float[] want = expected.floats();
    PixelNormalization normalization = p.normalization();
    for (int i = 0; i < want.length; i++) {
      int x = i % padded.width();
      int y = i / padded.width() % padded.height();
      int c = (int) (i / padded.pixels() % 3);
      Part part = parts.get((int) (i / padded.pixels() / 3));
      boolean inside = inside(part.window(), y, x);
      float got =
          inside
              ? normalization.of(
                  c,
                  part.image()
                      .at(
                          part.window().top() + y,
                          part.window().left() + x,
                          normalization.sourceChannel(c)))
              : p.beside()[c];
      double allowed =
          NOISE + (inside ? levels * (normalization.of(c, 1) - normalization.of(c, 0)) : 0);
      assertEquals(want[i], got, allowed, c + ", " + y + ", " + x);
    }
  }

  private static boolean inside(Window window, int y, int x) {
    return y < window.bottom() - window.top() && x < window.right() - window.left();
  }

  private static void mask(List<Part> parts, Size padded, StoredTensor expected)
      throws IOException {
    if (expected == null) {
      return;
    }
    long[] want = expected.longs();
    for (int i = 0; i < want.length; i++) {
      Window window = parts.get((int) (i / padded.pixels())).window();
      int y = (int) (i / padded.width() % padded.height());
      assertEquals(inside(window, y, i % padded.width()) ? 1 : 0, want[i], "mask at " + i);
    }
  }

  /** Each row is an image, and the start and end on its long side. */
  private static void offsets(List<Part> parts, StoredTensor expected) throws IOException {
    if (expected == null || expected.shape().get(0) == 0) {
      return;
    }
    long[] want = expected.longs();
    for (int i = 0; i < parts.size(); i++) {
      Window window = parts.get(i).window();
      boolean portrait = parts.get(i).image().size().height() > parts.get(i).image().size().width();
      assertEquals(portrait ? window.top() : window.left(), want[3 * i + 1]);
      assertEquals(portrait ? window.bottom() : window.right(), want[3 * i + 2]);
    }
  }
}
