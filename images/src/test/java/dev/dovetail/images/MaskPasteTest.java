package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MaskPasteTest {

  private static final MaskPaste PASTE = new SampledMaskPaste(0.5f);

  @TestFactory
  Stream<DynamicTest> everyPastedMaskFixtureIsReproducedPixelForPixel() {
    return Fixture.each(
        "paste_mask fixture",
        folder -> Fixture.config(folder).path("op").asText().equals("paste_mask"),
        fixture -> {
          double threshold = fixture.config().get("arguments").get("threshold").asDouble();
          compare(new SampledMaskPaste((float) threshold), fixture.inputs(), fixture.outputs());
        });
  }

  @TestFactory
  Stream<DynamicTest> everyMaskOfAWholeDetectorIsReproducedPixelForPixel() {
    return Fixture.each(
        "mask_rcnn fixture with masks",
        folder ->
            Fixture.config(folder).path("type").asText().equals("mask_rcnn")
                && Fixture.outputs(folder).has("masks"),
        fixture -> compare(PASTE, fixture.outputs(), fixture.outputs()));
  }

  private static void compare(
      MaskPaste paste, Fixture.Tensors detections, Fixture.Tensors expected) {
    float[] probabilities = detections.floats("mask_probs");
    float[] boxes = detections.floats("boxes");
    int side = detections.shape("mask_probs")[1];
    byte[] masks = expected.bytes("masks");
    int[] shape = expected.shape("masks");
    Size image = new Size(shape[1], shape[2]);
    for (int i = 0; i < shape[0]; i++) {
      MaskRegion region = paste(paste, probabilities, boxes, side, i, image);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          boolean set = masks[(i * image.height() + y) * image.width() + x] != 0;
          assertEquals(set, region.at(y, x), "mask " + i + ", row " + y + ", column " + x);
        }
      }
    }
  }

  private static MaskRegion paste(
      MaskPaste paste, float[] probabilities, float[] boxes, int side, int i, Size image) {
    return paste.paste(
        probabilities,
        i * side * side,
        side,
        boxes[4 * i],
        boxes[4 * i + 1],
        boxes[4 * i + 2],
        boxes[4 * i + 3],
        image);
  }

  @Test
  void masksOfTheReferenceModelHaveTheExpectedAreasAndPixels() throws IOException {
    Path file = SharedFolder.require("models/reference/coco-maskrcnn/sample.safetensors");
    Fixture.Tensors sample = Fixture.Tensors.read(file);
    float[] probabilities = sample.floats("mask_probs");
    float[] boxes = sample.floats("boxes");
    int[] first = sample.shape("masks.first3");
    byte[] masks = sample.bytes("masks.first3");
    long[] areas = sample.longs("mask_areas");
    Size image = new Size(first[1], first[2]);
    for (int i = 0; i < areas.length; i++) {
      MaskRegion region = paste(PASTE, probabilities, boxes, 28, i, image);
      assertEquals(areas[i], region.area(), "area of mask " + i);
      for (int p = 0; i < first[0] && p < image.pixels(); p++) {
        boolean set = masks[(int) (i * image.pixels()) + p] != 0;
        assertEquals(set, region.at(p / image.width(), p % image.width()), "mask " + i);
      }
    }
  }

  @Test
  void aBoxOutsideTheImageHasAnEmptyMask() {
    MaskRegion region = PASTE.paste(ones(), 0, 28, 30, 5, 40, 8, new Size(10, 20));
    assertEquals(0, region.area());
    assertFalse(region.at(6, 19));
  }

  @Test
  void aMaskOfOnesFillsItsBoxWithinTheImage() {
    MaskRegion region = PASTE.paste(ones(), 0, 28, 15, 5, 40, 8, new Size(10, 20));
    assertEquals(5 * 3, region.area());
    assertTrue(region.at(5, 15) && region.at(7, 19));
    assertFalse(region.at(5, 14) || region.at(8, 19));
  }

  private static float[] ones() {
    float[] ones = new float[28 * 28];
    Arrays.fill(ones, 1);
    return ones;
  }
}
