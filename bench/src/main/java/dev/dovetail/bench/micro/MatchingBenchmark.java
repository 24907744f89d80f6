package dev.dovetail.bench.micro;

import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Computes IoUs and greedy matching for one image, for all area ranges and IoU thresholds. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatchingBenchmark {

  private static final int HEIGHT = 480;
  private static final int WIDTH = 640;
  private static final int CATEGORIES = 3;
  private static final int PER_TRUTH = 7;

  @Param({"50", "300"})
  public int detections;

  private CocoEvaluator boxes;
  private CocoEvaluator masks;
  private ImageDetections found;
  private ImageDetections foundMasks;

  /** One ground truth per seven detections, as on COCO. */
  @Setup
  public void make() throws IOException {
    Random random = new Random(7);
    List<CocoAnnotation> annotations = new ArrayList<>();
    double[] xywh = new double[4 * detections];
    double[] scores = new double[detections];
    long[] categories = new long[detections];
    Rle[] rles = new Rle[detections];
    Box truth = box(random);
    for (int i = 0; i < detections; i++) {
      if (i % PER_TRUTH == 0) {
        truth = box(random);
        annotations.add(annotation(annotations.size() + 1, truth));
      }
      xywh[4 * i] = truth.x() + 4 * random.nextGaussian();
      xywh[4 * i + 1] = truth.y() + 4 * random.nextGaussian();
      xywh[4 * i + 2] = truth.width();
      xywh[4 * i + 3] = truth.height();
      scores[i] = random.nextDouble();
      categories[i] = 1 + annotations.size() % CATEGORIES;
      rles[i] =
          Rle.ofBox(HEIGHT, WIDTH, xywh[4 * i], xywh[4 * i + 1], truth.width(), truth.height());
    }
    List<CocoCategory> names = new ArrayList<>();
    for (int c = 1; c <= CATEGORIES; c++) {
      names.add(new CocoCategory(c, "category " + c, ""));
    }
    CocoDataset dataset =
        new CocoDataset(
            "benchmark", List.of(new CocoImage(1, WIDTH, HEIGHT, "")), names, annotations);
    boxes = new CocoEvaluator(dataset, CocoParams.of(IouType.BBOX));
    masks = new CocoEvaluator(dataset, CocoParams.of(IouType.SEGM));
    found = ImageDetections.ofBoxes(1, xywh, scores, categories);
    foundMasks = ImageDetections.ofMasks(1, rles, scores, categories);
  }

  private static Box box(Random random) {
    double width = 20 + 150 * random.nextDouble();
    double height = 20 + 150 * random.nextDouble();
    return new Box(
        (WIDTH - width) * random.nextDouble(),
        (HEIGHT - height) * random.nextDouble(),
        width,
        height);
  }

  private static CocoAnnotation annotation(int id, Box box) {
    return new CocoAnnotation(
        id,
        1,
        1 + id % CATEGORIES,
        box,
        box.width() * box.height(),
        CocoAnnotation.Crowd.NO,
        new Segmentation.Polygons(new double[][] {corners(box)}));
  }

  private static double[] corners(Box box) {
    double right = box.x() + box.width();
    double bottom = box.y() + box.height();
    return new double[] {box.x(), box.y(), right, box.y(), right, bottom, box.x(), bottom};
  }

  @Benchmark
  public CocoEvaluator boxes() {
    CocoEvaluator slice = boxes.slice();
    slice.accumulate(found);
    return slice;
  }

  @Benchmark
  public CocoEvaluator masks() {
    CocoEvaluator slice = masks.slice();
    slice.accumulate(foundMasks);
    return slice;
  }
}
