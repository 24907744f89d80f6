package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preprocess;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Images prepared as the directories of transformers say, and as transformers prepared them. */
class ImageProcessorFixturesTest {

  /** What the present preparation has no step for; each is refused with the reason. */
  private static final String REFUSED = "(RfDetr|Yolos|Mask2?Former|Eomt)ImageProcessor";

  /** Float noise of the normalisation. */
  private static final double NOISE = 2e-6;

  /** Every directory names its processor, so that the reader's is not asked for. */
  private static final HuggingFaceReader<?> ANY = PartRegistry.load().huggingFace().get("vit");

  @TestFactory
  Stream<DynamicTest> everyProcessorGivesThePixelsOfTransformersOrIsRefused() {
    return FixtureFolders.in("fixtures/heads", "fixture.json")
        .each(ImageProcessorFixturesTest::compare);
  }

  private static void compare(Path folder) throws IOException {
    Path processor = folder.resolve("preprocessor_config.json");
    assumeTrue(Files.exists(processor), "no processor");
    ConfigTree config = ConfigTree.read(folder.resolve("config.json"));
    JsonNode type = new ObjectMapper().readTree(processor.toFile()).path("image_processor_type");
    if (type.asText().matches(REFUSED)) {
      String message =
          assertThrows(ConfigException.class, () -> ImageProcessor.read(folder, config, ANY))
              .getMessage();
      assertTrue(message.contains("is not supported: "), message);
      return;
    }
    ImageProcessing read = ImageProcessor.read(folder, config, ANY);
    assertEquals(0, read.notes().size(), read.notes().toString());
    Preprocess p = read.preprocess();
    Image image = p.preparation().apply(ImageReader.read(folder.resolve("image.png")));
    // Pillow's form of the processor resizes as Dovetail does; torchvision's rounds otherwise.
    try (Checkpoint outputs = Checkpoint.open(folder.resolve("outputs.safetensors"));
        Checkpoint inputs = Checkpoint.open(folder.resolve("inputs.safetensors"))) {
      StoredTensor pillow = outputs.tensors().get("pil_pixel_values");
      if (pillow != null) {
        compare(image, p.normalization(), pillow, 0);
      }
      compare(image, p.normalization(), inputs.tensors().get("pixel_values"), 1);
    }
  }

  /**
   * @param levels of 255 that a pixel may be off
   */
  private static void compare(
      Image image, PixelNormalization normalization, StoredTensor expected, int levels)
      throws IOException {
    float[] want = expected.floats();
    int height = (int) (long) expected.shape().get(2);
    int width = (int) (long) expected.shape().get(3);
    Size size = image.size();
    assertTrue(size.height() <= height && size.width() <= width, size.toString());
    float[][] table = normalization.table();
    for (int c = 0; c < 3; c++) {
      double allowed = NOISE + levels * (table[c][1] - table[c][0]);
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          float got = table[c][image.at(y, x, normalization.sourceChannel(c))];
          assertEquals(want[(c * height + y) * width + x], got, allowed, c + ", " + y + ", " + x);
        }
      }
    }
  }
}
