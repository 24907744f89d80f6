package dev.dovetail.data.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.data.image.Image;
import dev.dovetail.data.image.MaskRegion;
import dev.dovetail.data.image.Size;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstancePainterTest {

  private static final Colour RED = new Colour(255, 0, 0);
  private static final InstancePainter PAINTER =
      new InstancePainter(List.of("cat"), new Palette(List.of(RED)));

  @Test
  void withoutObjectsThePictureIsTheImage() {
    Image image = grey(new Size(40, 60));
    assertEquals(image, PAINTER.draw(image, List.of()));
  }

  @Test
  void aBoxHasItsClassColourOnItsEdgesAndLeavesItsInsideAlone() {
    Image picture =
        PAINTER.draw(
            grey(new Size(200, 300)),
            List.of(new Instance(0, 0.9f, 50, 60, 150, 160, MaskRegion.EMPTY)));
    assertEquals(RED, colour(picture, 120, 50));
    assertEquals(RED, colour(picture, 159, 100));
    assertEquals(new Colour(100, 100, 100), colour(picture, 120, 100));
    assertEquals(new Colour(100, 100, 100), colour(picture, 170, 170));
  }

  @Test
  void aMaskIsTintedWhereItIsSetAndOnlyThere() {
    byte[] mask = new byte[30 * 40];
    Arrays.fill(mask, 0, 15 * 40, (byte) 1);
    Image picture =
        PAINTER.draw(
            grey(new Size(200, 300)),
            List.of(
                new Instance(0, 0.9f, 100, 100, 130, 140, new MaskRegion(100, 100, 30, 40, mask))));
    Colour tinted = colour(picture, 120, 107);
    assertTrue(tinted.red() > 150 && tinted.green() < 70, tinted.toString());
    assertEquals(new Colour(100, 100, 100), colour(picture, 120, 122));
  }

  @Test
  void tagsStayWithinThePictureAndSpareEachOther() {
    Image picture =
        PAINTER.draw(
            grey(new Size(120, 160)),
            List.of(
                new Instance(0, 0.9f, 130, 0, 160, 30, MaskRegion.EMPTY),
                new Instance(0, 0.8f, 130, 2, 160, 30, MaskRegion.EMPTY)));
    long red = 0;
    for (int y = 0; y < 120; y++) {
      for (int x = 0; x < 130; x++) {
        red += colour(picture, y, x).equals(RED) ? 1 : 0;
      }
    }
    assertTrue(red > 200, red + " pixels left of the boxes belong to their tags");
  }

  @Test
  void objectsAnywhereOnImagesOfAnySizeAreDrawnWithoutAnError() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Image image = grey(new Size(1 + random.nextInt(60), 1 + random.nextInt(60)));
      Instance instance =
          new Instance(
              random.nextInt(300),
              random.nextFloat(),
              random.nextFloat() * 200 - 70,
              random.nextFloat() * 200 - 70,
              random.nextFloat() * 200 - 70,
              random.nextFloat() * 200 - 70,
              MaskRegion.EMPTY);
      try {
        assertEquals(image.size(), PAINTER.draw(image, List.of(instance)).size());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void aMaskThatLeavesTheImageIsRefused() {
    MaskRegion mask = new MaskRegion(55, 0, 10, 1, new byte[10]);
    Instance instance = new Instance(0, 1, 0, 0, 5, 5, mask);
    assertThrows(
        IllegalArgumentException.class,
        () -> PAINTER.draw(grey(new Size(40, 60)), List.of(instance)));
  }

  @Test
  void namesBeyondAsciiAreWrittenWithoutTheirAccents() {
    Image image = grey(new Size(200, 300));
    List<Instance> one = List.of(new Instance(0, 0.9f, 50, 60, 250, 160, MaskRegion.EMPTY));
    Palette palette = Palette.distinct();
    Image accented = new InstancePainter(List.of("Straße é"), palette).draw(image, one);
    assertEquals(new InstancePainter(List.of("Strasse e"), palette).draw(image, one), accented);
    assertNotEquals(new InstancePainter(List.of("Strasse"), palette).draw(image, one), accented);
  }

  private static Image grey(Size size) {
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    Arrays.fill(bgr, (byte) 100);
    return Image.of(size, bgr);
  }

  static Colour colour(Image image, int y, int x) {
    return new Colour(image.at(y, x, 2), image.at(y, x, 1), image.at(y, x, 0));
  }
}
