package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.cli.RandomLabels.Kind;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round trips through each format preserve boxes, pixels, classes and crowds. */
class ConvertRoundTripTest {

  private static final int SEEDS = 6;

  @TempDir Path folder;

  private int made;

  private Path fresh(String name) {
    return folder.resolve(made++ + "-" + name);
  }

  private static void run(Object... args) {
    List<Object> all = new ArrayList<>(List.of("convert"));
    all.addAll(List.of(args));
    CommandLineRun.of(all.toArray()).succeeded();
  }

  private static CocoDataset read(Path file) throws IOException {
    return CocoDataset.read(file, new Warnings(Strictness.LENIENT));
  }

  /** The properties of an annotation that must be preserved. */
  private enum Same {
    BOXES,
    MASKS,
    BOTH
  }

  private static void assertSame(Path expected, Path actual, Same what, String about)
      throws IOException {
    CocoDataset one = read(expected);
    CocoDataset other = read(actual);
    Map<String, CocoImage> images =
        other.images().stream()
            .collect(Collectors.toMap(i -> LabelledImage.stem(i.fileName()), i -> i));
    assertEquals(one.images().size(), other.images().size(), about);
    for (CocoImage image : one.images()) {
      CocoImage found = images.get(LabelledImage.stem(image.fileName()));
      assertEquals(image.width(), found.width(), about);
      assertEquals(image.height(), found.height(), about);
      List<CocoAnnotation> theirs = of(other, found);
      List<CocoAnnotation> ours = of(one, image);
      assertEquals(ours.size(), theirs.size(), about + ": " + image.fileName());
      for (int i = 0; i < ours.size(); i++) {
        String where = about + ": " + image.fileName() + ", object " + i;
        assertSame(one, ours.get(i), other, theirs.get(i), image, what, where);
      }
    }
  }

  private static void assertSame(
      CocoDataset one,
      CocoAnnotation a,
      CocoDataset other,
      CocoAnnotation b,
      CocoImage image,
      Same what,
      String where) {
    assertEquals(name(one, a), name(other, b), where);
    assertEquals(a.crowd(), b.crowd(), where);
    if (what != Same.MASKS) {
      assertEquals(a.box().x(), b.box().x(), 1e-9, where);
      assertEquals(a.box().y(), b.box().y(), 1e-9, where);
      assertEquals(a.box().width(), b.box().width(), 1e-9, where);
      assertEquals(a.box().height(), b.box().height(), 1e-9, where);
    }
    if (what != Same.BOXES) {
      boolean absent = a.segmentation() instanceof Segmentation.Absent;
      assertEquals(absent, b.segmentation() instanceof Segmentation.Absent, where);
      if (!absent) {
        int h = image.height();
        int w = image.width();
        assertEquals(a.segmentation().toRle(h, w), b.segmentation().toRle(h, w), where);
      }
    }
  }

  private static List<CocoAnnotation> of(CocoDataset dataset, CocoImage image) {
    return dataset.annotations().stream().filter(a -> a.imageId() == image.id()).toList();
  }

  private static String name(CocoDataset dataset, CocoAnnotation annotation) {
    return dataset.categories().stream()
        .filter(c -> c.id() == annotation.categoryId())
        .map(CocoCategory::name)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"coco", "labelme", "cvat", "label-studio", "csv"})
  void everyKindOfObjectIsPreserved(String format) throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      boolean brush =
          format.equals("label-studio"); // cannot represent objects with several outlines
      Kind[] kinds = {Kind.BOX, Kind.POLYGON, Kind.RUNS, brush ? Kind.RUNS : Kind.POLYGONS};
      Path truth = new RandomLabels(seed, true, kinds).writeTruth(fresh("gt.json"));
      Path written = fresh(format);
      run("--from", "coco", "--labels", truth, "--to", format, "--out", written);
      Path back = fresh("back.json");
      run("--from", format, "--labels", written, "--out", back);
      assertSame(truth, back, Same.BOTH, format + ", seed " + seed);
    }
  }

  @Test
  void objectsWithSeveralOutlinesBecomeBrushesInLabelStudio() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Path truth = new RandomLabels(seed, true, Kind.POLYGONS).writeTruth(fresh("gt.json"));
      Path written = fresh("tasks.json");
      run("--from", "coco", "--labels", truth, "--to", "label-studio", "--out", written);
      Path back = fresh("back.json");
      run("--from", "label-studio", "--labels", written, "--out", back);
      assertSame(truth, back, Same.MASKS, "seed " + seed);
    }
  }

  @Test
  void yoloPreservesBoxesOrPixels() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      for (boolean masks : List.of(false, true)) {
        Kind[] kinds = {Kind.POLYGON, Kind.POLYGONS, Kind.RUNS};
        RandomLabels labels =
            masks ? new RandomLabels(seed, false, kinds) : new RandomLabels(seed, false, Kind.BOX);
        Path truth = labels.writeTruth(fresh("gt.json"));
        Path written = fresh("yolo");
        run("--from", "coco", "--labels", truth, "--to", "yolo", "--out", written);
        labels.writeImages(written.resolve("images"));
        Path back = fresh("back.json");
        Path yaml = written.resolve("data.yaml");
        run("--from", "yolo", "--labels", yaml, "--part", "val", "--out", back);
        String about = "seed " + seed + (masks ? ", masks" : ", boxes");
        assertSame(truth, back, masks ? Same.MASKS : Same.BOXES, about);
        Path again = fresh("again.json");
        Path images = written.resolve("images");
        run("--from", "yolo", "--labels", written, "--images", images, "--out", again);
        assertSame(back, again, Same.BOTH, about);
      }
    }
  }

  @Test
  void vocPreservesBoxesAndDifficultObjects() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      for (List<String> more : List.of(List.<String>of(), List.of("--zero-based"))) {
        Path truth =
            new RandomLabels(seed, true, Kind.BOX, Kind.POLYGON).writeTruth(fresh("gt.json"));
        Path written = fresh("voc");
        List<Object> to = List.of("--from", "coco", "--labels", truth, "--to", "voc");
        run(with(to, more, "--out", written));
        Path back = fresh("back.json");
        List<Object> from = List.of("--from", "voc", "--labels", written);
        run(with(from, more, "--out", back));
        assertSame(truth, back, Same.BOXES, "seed " + seed);
      }
    }
  }

  private static Object[] with(List<Object> first, List<String> more, Object... last) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(more);
    all.addAll(List.of(last));
    return all.toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"coco", "yolo", "voc", "labelme", "cvat", "label-studio", "csv"})
  void detectionsInAnyFormatScoreOne(String format) throws IOException {
    for (long seed = 0; seed < 3; seed++) {
      for (boolean masks : List.of(false, true)) {
        if (masks && format.equals("voc")) {
          continue;
        }
        Kind[] kinds = {Kind.POLYGON, Kind.POLYGONS, Kind.RUNS};
        RandomLabels labels =
            masks ? new RandomLabels(seed, false, kinds) : new RandomLabels(seed, false, Kind.BOX);
        Path truth = labels.writeTruth(fresh("gt.json"));
        Path found = labels.writeDetections(fresh("dt.json"), masks);
        Path written = fresh(format.equals("csv") ? "found.csv" : format);
        List<Object> from = List.of("--from", "coco", "--labels", found);
        run(with(from, List.of("--to", format), "--detections-of", truth, "--out", written));
        String type = masks ? "segm" : "bbox";
        String about = format + ", " + type + ", seed " + seed;
        String scores =
            CommandLineRun.of("score", "--type", type, "--gt", truth, "--dt", written)
                .succeeded()
                .out();
        assertTrue(scores.contains("area=   all | maxDets=100 ] = 1.000"), about + scores);
        if (format.equals("coco")) {
          continue;
        }
        Path back = fresh("back.json");
        List<Object> again = List.of("--from", format, "--labels", written);
        List<String> images =
            format.equals("yolo")
                ? List.of("--images", labels.writeImages(fresh("images")).toString())
                : List.of();
        run(with(again, images, "--detections-of", truth, "--out", back));
        scores =
            CommandLineRun.of("score", "--type", type, "--gt", truth, "--dt", back)
                .succeeded()
                .out();
        assertTrue(scores.contains("area=   all | maxDets=100 ] = 1.000"), about + scores);
      }
    }
  }
}
