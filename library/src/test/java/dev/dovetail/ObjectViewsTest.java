package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.MaskRegion;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Resize;
import dev.dovetail.images.SampledMaskPaste;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Objects of several views, compared with plain Java implementations of mmdet's {@code DetTTAModel}
 * for boxes and of detectron2's {@code GeneralizedRCNNWithTTA} for masks.
 */
@Tag("slow")
class ObjectViewsTest {

  private static final String[] CLASSES = {"sky", "cat", "dog"};

  private static final int MULTIPLE = 32;

  /** The float32 noise of coordinates and of masks: one pixel at a mask's border. */
  private static final float BOX = 1e-3f;

  private static final int MASK_PIXELS = 2;

  @TempDir private Path folder;

  /** A view of an image: resized, optionally flipped, padded. */
  private record View(Geometry geometry, ByteBuffer pixels) {

    static View of(Image image, double scale, boolean mirrored) {
      Resize rule = new Resize.KeepRatio((int) (128 * scale), (int) (64 * scale));
      Image resized = new Preparation(List.of(rule), 1).apply(image);
      Image seen = mirrored ? resized.mirrored() : resized;
      Size padded = seen.size().roundedUp(MULTIPLE);
      ByteBuffer pixels = ByteBuffer.allocateDirect((int) padded.pixels() * 3);
      for (int y = 0; y < seen.size().height(); y++) {
        for (int x = 0; x < 3 * seen.size().width(); x++) {
          pixels.put(3 * y * padded.width() + x, (byte) seen.at(y, x / 3, x % 3));
        }
      }
      return new View(new Geometry(image.size(), seen.size(), padded, mirrored), pixels);
    }

    Map<String, TensorData> run(LoadedModel loaded, Model<?, ?> model, int round, Object... more)
        throws IOException {
      Map<String, TensorData> inputs = new HashMap<>();
      Size padded = geometry.padded();
      inputs.put(
          "image",
          TensorData.of(TensorType.of(DType.UINT8, 1, padded.height(), padded.width(), 3), pixels));
      inputs.put("img_shape", shape(geometry.resized()));
      inputs.put("ori_shape", shape(geometry.original()));
      inputs.put("scale_factor", TensorData.of(geometry.scaleFactor(), 1, 4));
      for (int i = 0; i < more.length; i += 2) {
        inputs.put((String) more[i], (TensorData) more[i + 1]);
      }
      try (Plan plan =
          Plan.compile(
              round == 0
                  ? ModelGraph.whole(model, 1, padded)
                  : ModelGraph.pass(model, round, 1, padded),
              loaded.weights(),
              Settings.cpu())) {
        inputs.keySet().retainAll(plan.inputs().keySet());
        return plan.run(inputs);
      }
    }

    private static TensorData shape(Size size) {
      return TensorData.of(new long[] {size.height(), size.width()}, 1, 2);
    }
  }

  /** Implements {@code merge_preds} and {@code _reduce_pred_masks}. */
  private record Reference(LoadedModel loaded, Model<?, ?> augmented, float iou, int most) {

    record Found(float[] box, float score, int label) {}

    Detections merged(Image image, boolean flip, double... scales) throws IOException {
      List<View> views = new ArrayList<>();
      for (double scale : scales) {
        views.add(View.of(image, scale, false));
        if (flip) {
          views.add(View.of(image, scale, true));
        }
      }
      List<Found> all = new ArrayList<>();
      for (View view : views) {
        Map<String, TensorData> outputs = view.run(loaded, loaded.model(), 0);
        float[] boxes = outputs.get("boxes").floats();
        float[] scores = outputs.get("scores").floats();
        long[] labels = outputs.get("labels").longs();
        for (int i = 0; i < outputs.get("count").longs()[0]; i++) {
          float x1 = boxes[4 * i];
          float x2 = boxes[4 * i + 2];
          float width = image.size().width();
          boolean turned = view.geometry().mirrored();
          float[] box = {
            turned ? width - x2 : x1, boxes[4 * i + 1], turned ? width - x1 : x2, boxes[4 * i + 3]
          };
          all.add(new Found(box, scores[i], (int) labels[i]));
        }
      }
      List<Found> kept = suppressed(all);
      List<Rle> masks = masks(kept, views, image.size());
      float[] boxes = new float[4 * kept.size()];
      float[] scores = new float[kept.size()];
      int[] labels = new int[kept.size()];
      for (int i = 0; i < scores.length; i++) {
        System.arraycopy(kept.get(i).box(), 0, boxes, 4 * i, 4);
        scores[i] = kept.get(i).score();
        labels[i] = kept.get(i).label();
      }
      return new Detections(image.size(), boxes, scores, labels, masks.toArray(new Rle[0]));
    }

    private List<Found> suppressed(List<Found> all) {
      List<Found> sorted =
          all.stream().sorted(Comparator.comparingDouble((Found f) -> -f.score())).toList();
      List<Found> kept = new ArrayList<>();
      for (Found candidate : sorted) {
        boolean stays = true;
        for (Found better : kept) {
          stays &=
              better.label() != candidate.label() || overlap(better.box(), candidate.box()) <= iou;
        }
        if (stays) {
          kept.add(candidate);
        }
      }
      return kept.subList(0, Math.min(most, kept.size()));
    }

    private static double overlap(float[] a, float[] b) {
      double width = Math.max(0, (double) Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
      double height = Math.max(0, (double) Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
      double areaA = ((double) a[2] - a[0]) * ((double) a[3] - a[1]);
      double areaB = ((double) b[2] - b[0]) * ((double) b[3] - b[1]);
      return width * height / (areaA + areaB - width * height);
    }

    private List<Rle> masks(List<Found> objects, List<View> views, Size size) throws IOException {
      int n = objects.size();
      double[] sum = null;
      int side = 0;
      for (View view : views) {
        float[] placed = new float[4 * n];
        float across = view.geometry().scaleFactor()[0];
        float down = view.geometry().scaleFactor()[1];
        for (int i = 0; i < n; i++) {
          float[] box = objects.get(i).box();
          float x1 = box[0] * across;
          float x2 = box[2] * across;
          boolean turned = view.geometry().mirrored();
          placed[4 * i] = turned ? view.geometry().resized().width() - x2 : x1;
          placed[4 * i + 1] = box[1] * down;
          placed[4 * i + 2] = turned ? view.geometry().resized().width() - x1 : x2;
          placed[4 * i + 3] = box[3] * down;
        }
        long[] labels = objects.stream().mapToLong(Found::label).toArray();
        TensorData drawn =
            view.run(
                    loaded,
                    augmented,
                    1,
                    "regions",
                    TensorData.of(placed, n, 4),
                    "region_images",
                    TensorData.of(new long[n], n),
                    "region_labels",
                    TensorData.of(labels, n))
                .get("mask_probs");
        side = drawn.type().shape().dim(2);
        sum = sum == null ? new double[n * side * side] : sum;
        for (int i = 0; i < sum.length; i++) {
          int x = i % side;
          sum[i] += drawn.floats()[view.geometry().mirrored() ? i - x + side - 1 - x : i];
        }
      }
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / views.size());
      }
      List<Rle> masks = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        float[] b = objects.get(i).box();
        MaskRegion r =
            new SampledMaskPaste(0.5f)
                .paste(mean, i * side * side, side, b[0], b[1], b[2], b[3], size);
        masks.add(
            Rle.ofRegion(
                size.height(), size.width(), r.x(), r.y(), r.width(), r.height(), r.columnMajor()));
      }
      return masks;
    }
  }

  private static Model<?, ?> model(TinyModel tiny, String... overrides) throws IOException {
    return ModelConfig.read(tiny.config(), List.of(overrides), PartRegistry.load()).model();
  }

  private static void check(Detections expected, Detections found) {
    assertArrayEquals(expected.labels(), found.labels());
    assertArrayEquals(expected.scores(), found.scores(), 1e-6f);
    assertArrayEquals(expected.boxes(), found.boxes(), BOX);
    assertEquals(expected.masks().length, found.masks().length);
    for (int i = 0; i < found.count(); i++) {
      int common = expected.masks()[i].commonPixels(found.masks()[i]);
      int differing = expected.masks()[i].area() + found.masks()[i].area() - 2 * common;
      assertTrue(differing <= MASK_PIXELS, differing + " pixels of mask " + i + " differ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 1, 0.5, 100",
    "false, 0.75;1.25, 0.3, 20",
    "true, 0.5;1, 0.7, 100",
    "false, 1.5, 0.5, 1000"
  })
  void viewsAreMergedLikeInMmdetAndDetectron2(boolean flip, String views, float iou, int most)
      throws IOException {
    double[] scales = List.of(views.split(";")).stream().mapToDouble(Double::parseDouble).toArray();
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    Model<?, ?> augmented = model(tiny, "test.augment.flip=true");
    try (LoadedModel loaded = LoadedModel.open(model(tiny), tiny.weights(), false);
        DovetailModel model =
            tiny.builder()
                .augment(flip, scales)
                .set("test.augment.iouThreshold=" + iou)
                .set("test.augment.maxDetections=" + most)
                .open()) {
      Reference reference = new Reference(loaded, augmented, iou, most);
      for (int seed = 0; seed < 2; seed++) {
        Image image = TinyModel.image(seed, 50 + 30 * seed, 90);
        Detections found = model.predict(ImageSource.of(image)).detections();
        assertTrue(found.count() > 3, "too few detections");
        check(reference.merged(image, flip, scales), found);
      }
    }
  }

  @Test
  void masksOfGivenBoxesEqualTheNetworksOwnMasks() throws IOException {
    for (TinyModel tiny :
        List.of(TinyModel.detector(folder, CLASSES), TinyModel.cascade(folder, true, CLASSES))) {
      checkMasksOfKnownBoxes(tiny);
    }
  }

  private static void checkMasksOfKnownBoxes(TinyModel tiny) throws IOException {
    View view = View.of(TinyModel.image(1, 64, 128), 1, false);
    try (LoadedModel loaded = LoadedModel.open(model(tiny), tiny.weights(), false)) {
      Map<String, TensorData> own = view.run(loaded, loaded.model(), 0);
      int n = (int) own.get("count").longs()[0];
      assertTrue(n > 3, "too few detections");
      Map<String, TensorData> known =
          view.run(
              loaded,
              model(tiny, "test.augment.flip=true"),
              1,
              "regions",
              TensorData.of(own.get("boxes").floats(), n, 4), // the image is not resized
              "region_images",
              TensorData.of(new long[n], n),
              "region_labels",
              TensorData.of(own.get("labels").longs(), n));
      assertEquals(Set.of("mask_probs"), known.keySet());
      assertArrayEquals(own.get("mask_probs").floats(), known.get("mask_probs").floats(), 1e-6f);
    }
  }

  @Test
  void viewsUseTheModelsOwnThresholdsUnlessTheConfigOverridesThem() throws IOException {
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    Image image = TinyModel.image(1, 60, 90);
    try (DovetailModel own =
            tiny.builder()
                .set("test.iouThreshold=0.3")
                .set("test.maxDetections=7")
                .augment(true, 1)
                .open();
        DovetailModel stated =
            tiny.builder()
                .set("test.iouThreshold=0.3")
                .set("test.maxDetections=7")
                .augment(true, 1)
                .set("test.augment.iouThreshold=0.3")
                .set("test.augment.maxDetections=7")
                .open()) {
      String json = own.predict(ImageSource.of(image)).toJson();
      assertEquals(7, own.predict(ImageSource.of(image)).detections().count());
      assertEquals(stated.predict(ImageSource.of(image)).toJson(), json);
    }
  }

  @Test
  void aSingleUnchangedViewEqualsNoViews() throws IOException {
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    ImageSource image = ImageSource.of(TinyModel.image(3, 50, 90));
    try (DovetailModel once = tiny.open();
        DovetailModel seen = tiny.builder().augment(false, 1).open()) {
      assertEquals(once.predict(image).toJson(), seen.predict(image).toJson());
    }
  }

  @Test
  void listsInBatchesEqualSingleCalls() throws IOException {
    int[][] sizes = {{40, 60}, {64, 60}, {40, 60}, {60, 40}, {40, 59}, {40, 60}};
    List<ImageSource> images =
        IntStream.range(0, sizes.length)
            .mapToObj(i -> ImageSource.of(TinyModel.image(i, sizes[i][0], sizes[i][1])))
            .toList();
    try (DovetailModel model =
        TinyModel.detector(folder, CLASSES).builder().augment(true, 1, 1.5).open()) {
      List<String> single = new ArrayList<>();
      for (ImageSource image : images) {
        single.add(model.predict(image).toJson());
      }
      for (int batch : new int[] {1, 2, 9}) {
        assertEquals(
            single,
            model.predict(images, batch).stream().map(Prediction::toJson).toList(),
            "in batches of " + batch);
      }
    }
  }

  @Test
  void aDetectorWithoutMasksRunsOnce() throws IOException {
    TinyModel tiny = TinyModel.cascade(folder, false, CLASSES);
    ImageSource image = ImageSource.of(TinyModel.image(3, 50, 90));
    try (DovetailModel model = tiny.builder().augment(true, 1).open()) {
      Detections found = model.predict(image).detections();
      assertTrue(found.count() > 0);
      assertEquals(0, found.masks().length);
      assertEquals(1, model.plans().compiled());
    }
  }

  @Test
  void anImageWithoutObjectsHasNoneInAnyView() throws IOException {
    TinyModel tiny = TinyModel.detector(folder, CLASSES);
    try (DovetailModel model =
        tiny.builder().set("test.scoreThreshold=1").augment(true, 0.5, 1).open()) {
      Detections none = model.predict(ImageSource.of(TinyModel.image(3, 50, 90))).detections();
      assertEquals(0, none.count());
      assertTrue(none.hasMasks());
    }
  }
}
