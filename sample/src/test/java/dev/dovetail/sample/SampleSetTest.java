package dev.dovetail.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResultsWriter;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.SemanticDataset;
import dev.dovetail.formats.yolo.ClassNames;
import dev.dovetail.sample.scene.Category;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The content of a set, verified with the project's own readers and evaluators. */
class SampleSetTest {

  private static final Size SIZE = new Size(120, 160);

  /** A size that is large enough for crowds and every class. */
  private static final SampleOptions OPTIONS = new SampleOptions(40, 12, SIZE, 3);

  @TempDir static Path folder;

  private static Path set;
  private static SampleCounts counts;

  @BeforeAll
  static void draw() throws IOException {
    set = folder.resolve("set");
    counts = SampleSet.draw(set, OPTIONS);
  }

  private static Warnings strict() {
    return new Warnings(Strictness.STRICT);
  }

  private static CocoDataset instances(String split) throws IOException {
    return CocoDataset.read(set.resolve("annotations/instances_" + split + ".json"), strict());
  }

  private static PanopticDataset panoptic(String split) throws IOException {
    return PanopticDataset.readTruth(
        set.resolve("annotations/panoptic_" + split + ".json"), strict());
  }

  private static SemanticDataset semantic(String split) throws IOException {
    return SemanticDataset.open(
        set.resolve("images").resolve(split), set.resolve("annotations").resolve(split));
  }

  @Test
  void theSameOptionsProduceTheSameSetOnEveryMachine() throws Exception {
    Path small = folder.resolve("small");
    SampleSet.draw(small, new SampleOptions(4, 2, new Size(96, 128), 1));
    assertEquals("c127ff08a2b7ac1f90b367da2a6ec6b91526fe07b70aeaf396edbacc56ddcecb", hash(small));
  }

  private static String hash(Path folder) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path file : DataFolder.files(folder)) {
      digest.update(DataFolder.stem(folder, file).getBytes(StandardCharsets.UTF_8));
      digest.update(content(file));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Hashes the pixels of a picture, since the compression of PNG files depends on the JDK. */
  private static byte[] content(Path file) throws IOException {
    if (!file.toString().endsWith(".png")) {
      return Files.readAllBytes(file);
    }
    BufferedImage image = ImageIO.read(file.toFile());
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * pixels.length);
    bytes.asIntBuffer().put(pixels);
    return bytes.array();
  }

  @Test
  void aPictureDoesNotDependOnTheNumberOfPictures() throws IOException {
    Path fewer = folder.resolve("fewer");
    SampleSet.draw(fewer, new SampleOptions(2, 1, SIZE, 3));
    for (String file :
        List.of(
            "images/train/000002.png", "images/val/100001.png", "annotations/train/000001.png")) {
      assertEquals(-1, Files.mismatch(set.resolve(file), fewer.resolve(file)), file);
    }
  }

  @Test
  void anotherSeedOrSplitHasOtherScenes() throws IOException {
    Path other = folder.resolve("other");
    SampleSet.draw(other, new SampleOptions(1, 1, SIZE, 4));
    Set<String> pictures = new HashSet<>();
    for (Path root : List.of(set, other)) {
      for (String file : List.of("images/train/000001.png", "images/val/100001.png")) {
        pictures.add(Arrays.toString(Files.readAllBytes(root.resolve(file))));
      }
    }
    assertEquals(4, pictures.size());
  }

  @Test
  void theReadersFindTheWholeSetWithoutWarnings() throws IOException {
    int objects = 0;
    int crowds = 0;
    for (String split : List.of("train", "val")) {
      int count = split.equals("train") ? OPTIONS.train() : OPTIONS.val();
      CocoDataset instances = instances(split);
      assertEquals(count, instances.images().size());
      assertEquals(Category.THINGS, instances.categories().size());
      for (CocoImage image : instances.images()) {
        assertEquals(SIZE, new Size(image.height(), image.width()));
        PngFile png = PngFile.read(set.resolve("images").resolve(split).resolve(image.fileName()));
        assertEquals(SIZE, png.size());
        assertEquals(PngFile.Colour.RGB, png.colour());
      }
      for (CocoAnnotation annotation : instances.annotations()) {
        objects += annotation.crowd() == Crowd.NO ? 1 : 0;
        crowds += annotation.crowd() == Crowd.YES ? 1 : 0;
      }
      assertEquals(count, panoptic(split).annotations().size());
      SemanticDataset semantic = semantic(split);
      assertEquals(count, semantic.pairs().size());
      assertEquals(List.of(), semantic.unlabelled());
      assertEquals(List.of(), semantic.unused());
    }
    assertEquals(new SampleCounts(52, objects, counts.small(), crowds), counts);
    assertTrue(crowds > 3 && counts.small() > 20, counts.toString());
  }

  @Test
  void everyClassOccursAndNamesMatchTheLabels() throws IOException {
    Set<Long> things = new HashSet<>();
    instances("train").annotations().forEach(a -> things.add(a.categoryId()));
    assertEquals(Category.THINGS, things.size());
    boolean[] labels = new boolean[256];
    for (SemanticDataset.Pair pair : semantic("train").pairs()) {
      pair.readLabels(SIZE).values().stream().forEach(label -> labels[label] = true);
    }
    List<String> names = ClassNames.read(set.resolve("classes.txt"));
    assertEquals(Arrays.stream(Category.values()).map(Category::label).toList(), names);
    for (int label = 0; label < 256; label++) {
      assertEquals(label >= 1 && label <= names.size(), labels[label], "label " + label);
    }
  }

  @Test
  void boxesAreasAndMasksMatchThePixelsOfBothMaps() throws IOException {
    CocoDataset instances = instances("val");
    for (PanopticAnnotation annotation : panoptic("val").annotations()) {
      IdMap ids =
          IdPng.read(set.resolve("annotations/panoptic_val").resolve(annotation.fileName()));
      LabelMap labels =
          LabelPng.read(set.resolve("annotations/val").resolve(annotation.fileName()));
      List<CocoAnnotation> objects =
          instances.annotations().stream()
              .filter(a -> a.imageId() == annotation.imageId())
              .toList();
      int next = 0;
      int covered = 0;
      for (PanopticSegment segment : annotation.segments()) {
        int left = SIZE.width();
        int top = SIZE.height();
        int right = -1;
        int bottom = -1;
        byte[] mask = new byte[ids.ids().length];
        int area = 0;
        for (int i = 0; i < mask.length; i++) {
          if (ids.ids()[i] == segment.id()) {
            assertEquals(segment.categoryId(), labels.at(i));
            mask[i] = 1;
            area++;
            left = Math.min(left, i % SIZE.width());
            right = Math.max(right, i % SIZE.width());
            top = Math.min(top, i / SIZE.width());
            bottom = Math.max(bottom, i / SIZE.width());
          }
        }
        assertEquals(segment.area(), area);
        assertTrue(area > 0);
        covered += area;
        if (segment.categoryId() <= Category.THINGS) {
          CocoAnnotation object = objects.get(next++);
          assertEquals(segment.categoryId(), object.categoryId());
          assertEquals(segment.crowd(), object.crowd() == Crowd.YES);
          assertEquals(area, object.area());
          assertEquals(new Box(left, top, right - left + 1, bottom - top + 1), object.box());
          assertEquals(
              Rle.ofRowMajor(SIZE.height(), SIZE.width(), mask),
              object.segmentation().toRle(SIZE.height(), SIZE.width()));
        }
      }
      assertEquals(objects.size(), next);
      assertEquals(ids.ids().length, covered, "every pixel has a segment");
    }
  }

  @Test
  void theGroundTruthHasAnApOfOne() throws IOException {
    CocoDataset truth = instances("val");
    Path boxes = folder.resolve("boxes.json");
    Path masks = folder.resolve("masks.json");
    try (CocoResultsWriter box = CocoResultsWriter.create(boxes);
        CocoResultsWriter mask = CocoResultsWriter.create(masks)) {
      for (CocoAnnotation object : truth.annotations()) {
        Rle pixels = object.segmentation().toRle(SIZE.height(), SIZE.width());
        Box b = object.box();
        box.box(object.imageId(), object.categoryId(), 0.9, b.x(), b.y(), b.width(), b.height());
        mask.mask(object.imageId(), object.categoryId(), 0.9, pixels);
      }
      box.finish();
      mask.finish();
    }
    Path gt = set.resolve("annotations/instances_val.json");
    CocoEvaluation ofBoxes = CocoEvaluation.of(gt, boxes, CocoParams.of(IouType.BBOX), strict());
    CocoEvaluation ofMasks = CocoEvaluation.of(gt, masks, CocoParams.of(IouType.SEGM), strict());
    assertEquals(1, ofMasks.stat("AP"), 1e-12);
    assertEquals(1, ofBoxes.stat("AP"), 1e-12);
  }

  @Test
  void theGroundTruthHasAPanopticQualityOfOne() throws IOException {
    PanopticDataset truth = panoptic("train");
    PanopticEvaluator evaluator = new PanopticEvaluator(truth, strict());
    for (PanopticAnnotation annotation : truth.annotations()) {
      IdMap ids =
          IdPng.read(set.resolve("annotations/panoptic_train").resolve(annotation.fileName()));
      evaluator.accumulate(ids, annotation, ids);
    }
    evaluator.summarise().overall().values().forEach(group -> assertEquals(1, group.pq(), 1e-12));
    assertEquals(Category.values().length, evaluator.summarise().overall().get("All").n());
  }

  @Test
  void theGroundTruthHasAMeanIouOfOne() throws IOException {
    int classes = Category.values().length;
    SemanticEvaluator evaluator = new SemanticEvaluator(classes, LabelMapping.reduceZeroLabel(255));
    for (SemanticDataset.Pair pair : semantic("train").pairs()) {
      LabelMap labels = pair.readLabels(SIZE);
      byte[] found = new byte[(int) SIZE.pixels()];
      for (int i = 0; i < found.length; i++) {
        found[i] = (byte) (labels.at(i) - 1);
      }
      evaluator.accumulate(labels, new LabelMap.Bytes(SIZE, found));
    }
    assertEquals(1, evaluator.summarise().summary().get("mIoU"));
    assertEquals(1, evaluator.summarise().overallAccuracy());
    assertFalse(evaluator.complaint().isPresent());
  }
}
