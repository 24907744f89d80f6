package dev.dovetail.cli;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDatasetWriter;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResultsWriter;
import dev.dovetail.formats.mask.Rle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A seeded set of images with objects of every kind. */
final class RandomLabels {

  /** Names with special characters of YAML and CSV, and ordinary names. */
  static final List<String> CLASSES = List.of("cat", "traffic light", "no", "a,\"b\"");

  /** The kinds of objects. */
  enum Kind {
    BOX,
    POLYGON,
    POLYGONS,
    RUNS
  }

  private final Random random;
  private final List<Kind> kinds;
  private final boolean crowds;
  final List<LabelledImage> images = new ArrayList<>();

  RandomLabels(long seed, boolean crowds, Kind... kinds) {
    this.random = new Random(seed);
    this.kinds = List.of(kinds);
    this.crowds = crowds;
    for (String name : List.of("a", "sub/b c", "d.e", "empty")) {
      Size size = new Size(20 + random.nextInt(60), 20 + random.nextInt(60));
      List<LabelledObject> objects = new ArrayList<>();
      int count = name.equals("empty") ? 0 : 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        objects.add(object(size));
      }
      images.add(new LabelledImage("test", name, name + ".png", size, objects));
    }
  }

  private LabelledObject object(Size size) {
    String category = CLASSES.get(random.nextInt(CLASSES.size()));
    LabelledObject object =
        switch (kinds.get(random.nextInt(kinds.size()))) {
          case BOX -> LabelledObject.of(category, box(size));
          case POLYGON -> LabelledObject.of(category, polygon(size));
          case POLYGONS -> LabelledObject.of(category, polygon(size), polygon(size));
          case RUNS -> LabelledObject.of(category, mask(size));
        };
    return object.withDifficult(crowds && random.nextInt(4) == 0);
  }

  private Box box(Size size) {
    double x = random.nextDouble() * (size.width() - 4);
    double y = random.nextDouble() * (size.height() - 4);
    double w = 1 + random.nextDouble() * (size.width() - x - 1);
    double h = 1 + random.nextDouble() * (size.height() - y - 1);
    return new Box(x, y, w, h);
  }

  /** A polygon whose hull covers at least a few pixels. */
  private double[] polygon(Size size) {
    double[] xy = new double[6 + 2 * random.nextInt(4)];
    Box box = box(size);
    for (int i = 0; i < xy.length; i += 2) {
      xy[i] = box.x() + random.nextDouble() * box.width();
      xy[i + 1] = box.y() + random.nextDouble() * box.height();
    }
    xy[0] = box.x();
    xy[1] = box.y();
    xy[2] = box.x() + box.width();
    xy[5] = box.y() + box.height();
    return xy;
  }

  /** Noise in a rectangle: holes, separate parts and pixels that touch at a corner. */
  private Rle mask(Size size) {
    byte[] pixels = new byte[size.height() * size.width()];
    int x = random.nextInt(size.width() - 3);
    int y = random.nextInt(size.height() - 3);
    int w = 2 + random.nextInt(size.width() - x - 2);
    int h = 2 + random.nextInt(size.height() - y - 2);
    int density = 1 + random.nextInt(6);
    for (int i = 0; i < w * h; i++) {
      if (i == 0 || random.nextInt(6) < density) {
        pixels[(y + i / w) * size.width() + x + i % w] = 1;
      }
    }
    return Rle.ofRowMajor(size.height(), size.width(), pixels);
  }

  /** Returns the set as a COCO ground truth. */
  Path writeTruth(Path file) throws IOException {
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : CLASSES) {
      categories.add(new CocoCategory(10 + 7 * categories.size(), name, ""));
    }
    List<CocoImage> listed = new ArrayList<>();
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(file)) {
      for (LabelledImage image : images) {
        CocoImage entry = image(listed.size(), image);
        listed.add(entry);
        for (LabelledObject object : image.objects()) {
          writer.annotation(entry, categories.get(number(object)).id(), object);
        }
      }
      writer.finish(listed, categories);
    }
    return file;
  }

  private static CocoImage image(int index, LabelledImage image) {
    int width = image.size().width();
    return new CocoImage(100 + 3 * index, width, image.size().height(), image.fileName());
  }

  private static int number(LabelledObject object) {
    return CLASSES.indexOf(object.category());
  }

  /** Returns all objects except crowds as detections, boxes or masks, with different scores. */
  Path writeDetections(Path file, boolean masks) throws IOException {
    int n = 0;
    try (CocoResultsWriter writer = CocoResultsWriter.create(file)) {
      for (int i = 0; i < images.size(); i++) {
        LabelledImage image = images.get(i);
        for (LabelledObject object : image.objects()) {
          long id = image(i, image).id();
          long category = 10 + 7L * number(object);
          double score = 1 - 0.01 * n++;
          Box b = object.box();
          if (object.difficult()) {
            continue;
          }
          if (masks) {
            writer.mask(id, category, score, object.mask(image.size()));
          } else {
            writer.box(id, category, score, b.x(), b.y(), b.width(), b.height());
          }
        }
      }
      writer.finish();
    }
    return file;
  }

  /** Writes images of the right sizes. */
  Path writeImages(Path folder) throws IOException {
    for (LabelledImage image : images) {
      Path file = folder.resolve(image.fileName());
      Files.createDirectories(file.getParent());
      int width = image.size().width();
      BufferedImage picture =
          new BufferedImage(width, image.size().height(), BufferedImage.TYPE_BYTE_GRAY);
      ImageIO.write(picture, "png", file.toFile());
    }
    return folder;
  }
}
