package dev.dovetail.eval.coco;

import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoAnnotation.Shape;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.coco.VerifiedCategories;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small random ground truths and detections with many ties. */
final class RandomSets {

  /** Height and width of the images. */
  static final int SIDE = 64;

  private static final int POINTS = 3;

  private RandomSets() {}

  /** Returns a ground truth of three categories with the fields of all types. */
  static CocoDataset dataset(Random random, int images) {
    List<Long> ids = new ArrayList<>();
    List<CocoImage> imageList = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      long id = 1000L * (i * 7919L % 31) + i;
      ids.add(id);
      VerifiedCategories verified =
          new VerifiedCategories(
              random.longs(2, 1, 4).toArray(), random.longs(random.nextInt(2), 1, 4).toArray());
      imageList.add(new CocoImage(id, SIDE, SIDE, "x", verified));
    }
    List<CocoAnnotation> annotations = new ArrayList<>();
    for (int i = 0; i < 6 * images; i++) {
      double x = random.nextInt(40);
      double y = random.nextInt(40);
      double side = 4 + random.nextInt(20);
      annotations.add(
          new CocoAnnotation(
              i + 1,
              ids.get(random.nextInt(images)),
              1 + random.nextInt(3),
              new Shape(
                  new Box(x, y, side, side),
                  side * side * 4.0,
                  square(x, y, side),
                  new Keypoints(keypoints(random, x, y, side), random.nextInt(4))),
              random.nextInt(6) == 0 ? Crowd.YES : Crowd.NO,
              random.nextInt(6) == 0));
    }
    return new CocoDataset(
        "test",
        imageList,
        IntStream.rangeClosed(1, 3)
            .mapToObj(c -> new CocoCategory(c, "c" + c, "", CocoCategory.FREQUENCIES.get(c - 1)))
            .toList(),
        annotations);
  }

  /** Returns detections of an image with many ties, some of a fourth category. */
  static ImageDetections detections(Random random, long imageId) {
    int n = random.nextInt(30);
    double[] boxes = new double[4 * n];
    double[] scores = new double[n];
    long[] categories = new long[n];
    Rle[] masks = new Rle[n];
    double[] areas = new double[n];
    double[][] keypoints = new double[n][];
    for (int i = 0; i < n; i++) {
      boxes[4 * i] = random.nextInt(40);
      boxes[4 * i + 1] = random.nextInt(40);
      boxes[4 * i + 2] = 4 + random.nextInt(20);
      boxes[4 * i + 3] = 4 + random.nextInt(20);
      // Few different scores, so that there are ties within and across images.
      scores[i] = random.nextInt(5) / 4.0;
      categories[i] = 1L + random.nextInt(4);
      masks[i] =
          Rle.ofBox(SIDE, SIDE, boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]);
      areas[i] = boxes[4 * i + 2] * boxes[4 * i + 3];
      keypoints[i] = keypoints(random, boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2]);
    }
    return new ImageDetections(imageId, boxes, areas, scores, categories, masks, keypoints);
  }

  /** Returns a few points in and beside a box, some of them not labeled. */
  static double[] keypoints(Random random, double x, double y, double side) {
    double[] points = new double[3 * POINTS];
    for (int k = 0; k < POINTS; k++) {
      points[3 * k] = Math.rint(x + side * random.nextDouble());
      points[3 * k + 1] = Math.rint(y + side * random.nextDouble());
      points[3 * k + 2] = random.nextInt(3);
    }
    return points;
  }

  static Segmentation square(double x, double y, double side) {
    return new Segmentation.Polygons(
        new double[][] {{x, y, x + side, y, x + side, y + side, x, y + side}});
  }

  /** Returns selected detections with other scores, one for each old row. */
  static ImageDetections rows(ImageDetections d, double[] scores, int[] rows) {
    return new ImageDetections(
        d.imageId(),
        IntStream.of(rows)
            .mapToObj(i -> Arrays.stream(d.boxes(), 4 * i, 4 * i + 4))
            .flatMapToDouble(box -> box)
            .toArray(),
        IntStream.of(rows).mapToDouble(d::area).toArray(),
        IntStream.of(rows).mapToDouble(i -> scores[i]).toArray(),
        IntStream.of(rows).mapToLong(d::categoryId).toArray(),
        IntStream.of(rows).mapToObj(d::mask).toArray(Rle[]::new),
        IntStream.of(rows).mapToObj(d::keypoints).toArray(double[][]::new));
  }
}
