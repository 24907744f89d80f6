package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random annotated images. */
final class Scenes {

  private Scenes() {}

  /**
   * Returns an image of up to 150 pixels per side with one to four ellipses and a label map of
   * blocks.
   */
  static AnnotatedImage random(Random random) {
    return random(new Size(40 + random.nextInt(111), 40 + random.nextInt(111)), random);
  }

  /** Returns the same image for each size. */
  static AnnotatedImage of(Size size) {
    return random(size, new Random(1));
  }

  private static AnnotatedImage random(Size size, Random random) {
    byte[] pixels = new byte[(int) size.pixels() * Image.CHANNELS];
    random.nextBytes(pixels);
    byte[] labels = new byte[(int) size.pixels()];
    for (int i = 0; i < labels.length; i++) {
      int block = i / size.width() / 16 * 7 + i % size.width() / 16;
      labels[i] = (byte) (block % 5 == 4 ? AnnotatedImage.IGNORED : block % 5);
    }
    List<Rle> masks = new ArrayList<>();
    int objects = 1 + random.nextInt(4);
    while (masks.size() < objects) {
      masks.add(ellipse(size, random));
    }
    int[] classes = random.ints(objects, 0, 7).toArray();
    float[] boxes = new float[4 * objects];
    Instances loose = new Instances(boxes, classes, masks.toArray(Rle[]::new));
    return new AnnotatedImage(
        Image.of(size, pixels),
        loose.withBoxesOfMasks(),
        Optional.of(new LabelMap.Bytes(size, labels)));
  }

  private static Rle ellipse(Size size, Random random) {
    double y = random.nextDouble() * size.height();
    double x = random.nextDouble() * size.width();
    double high = 4 + random.nextInt(30);
    double wide = 4 + random.nextInt(30);
    byte[] mask = new byte[(int) size.pixels()];
    for (int i = 0; i < mask.length; i++) {
      double dy = (i / size.width() - y) / high;
      double dx = (i % size.width() - x) / wide;
      mask[i] = (byte) (dy * dy + dx * dx < 1 ? 1 : 0);
    }
    return Rle.ofRowMajor(size.height(), size.width(), mask);
  }
}
