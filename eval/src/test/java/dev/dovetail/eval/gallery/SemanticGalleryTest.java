package dev.dovetail.eval.gallery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SemanticGalleryTest {

  private static final Size SIZE = new Size(40, 60);

  @TempDir Path folder;

  /** The left half is class 0, the right half is class 1, and the first row is ignored. */
  private static int[] truth() {
    int[] truth = new int[(int) SIZE.pixels()];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i < SIZE.width() ? LabelMapping.IGNORED : i % SIZE.width() < 30 ? 0 : 1;
    }
    return truth;
  }

  private SemanticGallery gallery(int[] truth, int[] prediction) {
    SemanticGallery.Maps maps =
        new SemanticGallery.Maps() {
          @Override
          public int images() {
            return 1;
          }

          @Override
          public String name(int image) {
            return "city/one_gtFine_labelIds";
          }

          @Override
          public SemanticGallery.ClassMaps read(int image) {
            return new SemanticGallery.ClassMaps(SIZE, truth, prediction);
          }
        };
    PhotoFolder photos = new PhotoFolder(folder, new Warnings(Strictness.STRICT));
    return new SemanticGallery(List.of("a", "b", "c"), maps, photos);
  }

  @Test
  void errorsAreOrangeAtBoundariesAndRedElsewhere() throws IOException {
    Files.createDirectories(folder.resolve("city"));
    Files.writeString(folder.resolve("city/one_leftImg8bit.png"), "x");
    int[] truth = truth();
    int[] prediction = truth.clone();
    Arrays.setAll(prediction, i -> Math.max(0, truth[i]));
    int far = 20 * SIZE.width() + 10;
    int near = 20 * SIZE.width() + 29;
    prediction[far] = 2;
    prediction[near] = 1;
    PictureFiles files = new PictureFiles(folder, new FakePictures(), (image, picture) -> {});
    GalleryImage image = gallery(truth, prediction).image(0, files);
    assertTrue(image.hasPhoto());
    assertEquals("jpeg of one_leftImg8bit.png", Files.readString(folder.resolve("000000.jpg")));
    BufferedImage errors = ImageIO.read(folder.resolve("000000-errors.png").toFile());
    assertEquals(0xffe8352b, errors.getRGB(10, 20));
    assertEquals(0xffffb020, errors.getRGB(29, 20));
    assertEquals(0, errors.getRGB(40, 20) >>> 24, "correct pixels are transparent");
    assertEquals(0xb0808080, errors.getRGB(5, 0), "ignored pixels are gray");
    BufferedImage shown = ImageIO.read(folder.resolve("000000-truth.png").toFile());
    assertEquals(0xff102031, shown.getRGB(40, 20));
    assertEquals(0, shown.getRGB(5, 0) >>> 24);
    double[] values = image.values();
    assertEquals(0.5, values[2], "one of two errors is at a boundary");
    assertEquals(1 - 2 / (39.0 * 60), values[1], 1e-12);
    assertArrayEquals(
        new double[] {1, 1, 39 * 30 - 2, 39 * 30},
        image.objects().stream().mapToDouble(GalleryObject::area).sorted().toArray());
  }

  @Test
  void everyPixelWithinReachOfABoundaryIsInTheBand() {
    Size size = new Size(30, 40);
    int[] labels = new int[(int) size.pixels()];
    Arrays.setAll(labels, i -> i % 40 < 20 ? 0 : 1);
    BoundaryBand band = BoundaryBand.of(size, labels);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        boolean near = x >= 17 && x <= 22;
        assertEquals(near, band.has(y * 40 + x), x + ", " + y);
      }
    }
    assertFalse(BoundaryBand.of(size, new int[labels.length]).has(0));
  }
}
