package dev.dovetail.cli;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A directory with the layout of Cityscapes and a few small images of noise: road on the left, then
 * sky, two cars, a group of persons, a small bus, and void.
 */
record CityscapesSet(Path root) {

  static final Size SIZE = new Size(40, 80);
  static final List<String> NAMES =
      List.of(
          "frankfurt/frankfurt_000000_000294",
          "frankfurt/frankfurt_000001_000019",
          "lindau/lindau_000000_000019");

  /** Writes the split {@code val} or {@code train}. */
  static CityscapesSet write(Path root, String part) throws IOException {
    CityscapesSet set = new CityscapesSet(root);
    for (int i = 0; i < NAMES.size(); i++) {
      TinyModel.picture(
          root.resolve("leftImg8bit/" + part + "/" + NAMES.get(i) + "_leftImg8bit.png"),
          SIZE.height(),
          SIZE.width());
      int image = i;
      set.map(part, i, "instanceIds", at -> instance(at % SIZE.width(), at / SIZE.width(), image));
      set.map(part, i, "labelIds", at -> label(at % SIZE.width(), at / SIZE.width(), image));
    }
    return set;
  }

  Path annotation(String part, int image, String kind) {
    return root.resolve("gtFine/" + part + "/" + NAMES.get(image) + "_gtFine_" + kind + ".png");
  }

  void map(String part, int image, String kind, IntUnaryOperator values) throws IOException {
    short[] pixels = new short[Math.toIntExact(SIZE.pixels())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (short) values.applyAsInt(i);
    }
    Path file = annotation(part, image, kind);
    Files.createDirectories(file.getParent());
    LabelPng.write(file, new LabelMap.Shorts(SIZE, pixels));
  }

  static int instance(int x, int y, int image) {
    if (x < 20) {
      return 7;
    }
    if (x < 40) {
      return y < 20 ? 26000 : 26001 + image;
    }
    if (x < 60) {
      return y < 15 ? 24 : y < 18 ? 28000 : 23;
    }
    return y < 20 ? 24001 : 4;
  }

  private static int label(int x, int y, int image) {
    int instance = instance(x, y, image);
    return instance < 1000 ? instance : instance / 1000;
  }
}
