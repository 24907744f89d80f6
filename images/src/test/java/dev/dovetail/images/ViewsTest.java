package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Target;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests images that are flipped or prepared at another scale. */
class ViewsTest {

  private static Image noise(long seed, int height, int width) {
    byte[] pixels = new byte[height * width * Image.CHANNELS];
    new Random(seed).nextBytes(pixels);
    return Image.of(new Size(height, width), pixels);
  }

  private static Preprocess with(Target target, Preprocess.Filter filter, Sides sides) {
    Preprocess usual = Preprocess.detection();
    return new Preprocess(
        target, filter, usual.middle(), sides, usual.mean(), usual.std(), usual.rgb());
  }

  @ParameterizedTest
  @EnumSource(
      value = Preprocess.Filter.class,
      names = {"OPENCV_LINEAR", "BICUBIC", "FLOAT_BILINEAR"})
  void theFlipIsAfterTheResizeAndBeforeThePadding(Preprocess.Filter filter) {
    Preparation usual = with(Target.edges(Fit.PAD, 50, 30), filter, Sides.padded(32)).preparation();
    for (long seed = 0; seed < 5; seed++) {
      Image image = noise(seed, 20 + (int) seed, 31);
      Geometry geometry = usual.mirror().geometry(image.size());
      assertTrue(geometry.mirrored());
      assertEquals(usual.geometry(image.size()).resized(), geometry.resized());
      Size padded = geometry.padded();
      ByteBuffer slot = ByteBuffer.allocateDirect((int) padded.pixels() * Image.CHANNELS);
      assertEquals(geometry, usual.mirror().write(image, slot, padded));
      Image expected = usual.apply(image).mirrored();
      for (int i = 0; i < slot.capacity(); i++) {
        int y = i / Image.CHANNELS / padded.width();
        int x = i / Image.CHANNELS % padded.width();
        boolean inside = y < geometry.resized().height() && x < geometry.resized().width();
        assertEquals(
            inside ? expected.at(y, x, i % Image.CHANNELS) : 0, slot.get(i) & 0xff, "byte " + i);
      }
    }
    assertEquals(usual, usual.mirror().mirror());
  }

  @Test
  void anImageThatKeepsItsSizeIsAlsoFlipped() {
    Image image = noise(1, 7, 9);
    assertEquals(image.mirrored(), new Preparation(List.of(), 1).mirror().apply(image));
  }

  /** {@code img_scale} of mmseg's and mmdet's {@code MultiScaleFlipAug} with {@code img_ratios}. */
  @Test
  void scalesMultiplyTheSizeAndTruncateFractions() {
    Preprocess detection = Preprocess.detection();
    assertSame(detection, detection.scaled(1));
    assertEquals(Target.edges(Fit.PAD, 999, 600), detection.scaled(0.75).target());
    assertEquals(Target.edges(Fit.PAD, 1666, 1000), detection.scaled(1.25).target());
    assertEquals(detection.sides(), detection.scaled(1.25).sides());
    assertEquals(
        new Size(640, 864),
        Preprocess.segmentation().scaled(1.25).preparation().geometry(new Size(512, 683)).padded());
  }

  @Test
  void theSizeToWhichImagesArePaddedIsScaledWithThem() {
    Preprocess square =
        with(
            Target.size(Fit.WITHIN, 64, 64),
            Preprocess.Filter.BILINEAR,
            Sides.padded(1).paddedTo(64, 64, Sides.Fill.BLACK));
    Geometry geometry = square.scaled(1.5).preparation().geometry(new Size(30, 60));
    assertEquals(new Geometry(new Size(30, 60), new Size(48, 96), new Size(96, 96)), geometry);
  }

  @Test
  void imagesThatKeepTheirSizeCannotBeScaled() {
    Preprocess kept =
        with(new Target(List.of(1, 1), Fit.KEEP), Preprocess.Filter.BILINEAR, Sides.padded(1));
    assertSame(kept, kept.scaled(1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> kept.scaled(0.5)).getMessage();
    assertTrue(message.contains("0.5") && message.contains("preprocess.fit"), message);
  }

  @Test
  void aScaleToSizeZeroIsRejected() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Preprocess.detection().scaled(0.0001))
            .getMessage();
    assertTrue(message.contains("scale is [0, 0]"), message);
  }
}
