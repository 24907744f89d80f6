package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Resize;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Label maps of several views, compared with mmseg's steps in plain Java over the bare network. */
@Tag("slow")
class SemanticViewsTest {

  private static final String[] CLASSES = {"sky", "cat", "dog", "tree"};

  private static final int CROP = 64;
  private static final int STRIDE = 48;

  /** The largest difference of two class means that is decided by rounding. */
  private static final double TIE = 1e-5;

  @TempDir private Path folder;

  /** Implements {@code encode_decode}, {@code inference} and {@code merge_preds} for one image. */
  private record Reference(LoadedModel model, boolean slides) {

    private double[][][] bare(double[][][] pixels) throws IOException {
      int height = pixels[0].length;
      int width = pixels[0][0].length;
      float[] values = new float[3 * height * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) pixels[i / (height * width)][i / width % height][i % width];
      }
      try (Plan plan =
          Plan.compile(
              ModelGraph.bare(model.model(), 1, new Size(height, width)),
              model.weights(),
              Settings.cpu())) {
        TensorData logits =
            plan.run(Map.of("pixel_values", TensorData.of(values, 1, 3, height, width)))
                .get("logits");
        int h = logits.type().shape().dim(2);
        int w = logits.type().shape().dim(3);
        double[][][] maps = new double[CLASSES.length][h][w];
        float[] all = logits.floats();
        for (int i = 0; i < all.length; i++) {
          maps[i / (h * w)][i / w % h][i % w] = all[i];
        }
        return resized(maps, height, width);
      }
    }

    private double[][][] slide(double[][][] pixels) throws IOException {
      int height = pixels[0].length;
      int width = pixels[0][0].length;
      double[][][] sum = new double[CLASSES.length][height][width];
      int[][] count = new int[height][width];
      int rows = Math.max(height - CROP + STRIDE - 1, 0) / STRIDE + 1;
      int columns = Math.max(width - CROP + STRIDE - 1, 0) / STRIDE + 1;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          int y2 = Math.min(r * STRIDE + CROP, height);
          int x2 = Math.min(c * STRIDE + CROP, width);
          int y1 = Math.max(y2 - CROP, 0);
          int x1 = Math.max(x2 - CROP, 0);
          double[][][] crop = new double[3][y2 - y1][x2 - x1];
          for (int i = 0; i < 3; i++) {
            for (int y = y1; y < y2; y++) {
              System.arraycopy(pixels[i][y], x1, crop[i][y - y1], 0, x2 - x1);
            }
          }
          double[][][] seen = bare(crop);
          for (int y = y1; y < y2; y++) {
            for (int x = x1; x < x2; x++) {
              count[y][x]++;
              for (int k = 0; k < sum.length; k++) {
                sum[k][y][x] += seen[k][y - y1][x - x1];
              }
            }
          }
        }
      }
      for (double[][] map : sum) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            map[y][x] /= count[y][x];
          }
        }
      }
      return sum;
    }

    double[][][] means(Image image, boolean flip, double... scales) throws IOException {
      int height = image.size().height();
      int width = image.size().width();
      double[][][] sum = new double[CLASSES.length][height][width];
      for (double scale : scales) {
        Preparation resize =
            new Preparation(
                List.of(
                    new Resize.KeepRatio((int) (128 * scale), (int) (64 * scale)),
                    new Resize.ToMultiple(32)),
                1);
        Image seen = resize.apply(image);
        for (boolean mirrored : flip ? new boolean[] {false, true} : new boolean[] {false}) {
          double[][][] pixels = normalised(mirrored ? seen.mirrored() : seen);
          add(resized(slides ? slide(pixels) : bare(pixels), height, width), mirrored, sum);
        }
      }
      for (double[][] map : sum) {
        for (double[] row : map) {
          for (int x = 0; x < width; x++) {
            row[x] /= (flip ? 2 : 1) * scales.length;
          }
        }
      }
      return sum;
    }

    /** Adds the softmax over the classes, flipped back. */
    private static void add(double[][][] logits, boolean mirrored, double[][][] sum) {
      int width = logits[0][0].length;
      for (int y = 0; y < logits[0].length; y++) {
        for (int x = 0; x < width; x++) {
          double all = 0;
          for (double[][] map : logits) {
            all += Math.exp(map[y][x]);
          }
          for (int k = 0; k < logits.length; k++) {
            sum[k][y][mirrored ? width - 1 - x : x] += Math.exp(logits[k][y][x]) / all;
          }
        }
      }
    }

    private static double[][][] normalised(Image image) {
      PixelNormalization imagenet = PixelNormalization.IMAGENET;
      double[][][] out = new double[3][image.size().height()][image.size().width()];
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < out[c].length; y++) {
          for (int x = 0; x < out[c][y].length; x++) {
            out[c][y][x] = (image.at(y, x, 2 - c) - imagenet.mean().get(c)) / imagenet.std().get(c);
          }
        }
      }
      return out;
    }

    private static double[][][] resized(double[][][] maps, int height, int width) {
      double[][][] out = new double[maps.length][height][width];
      for (int k = 0; k < maps.length; k++) {
        int h = maps[k].length;
        int w = maps[k][0].length;
        for (int y = 0; y < height; y++) {
          double v = Math.max(0, (y + 0.5) * h / height - 0.5);
          for (int x = 0; x < width; x++) {
            double u = Math.max(0, (x + 0.5) * w / width - 0.5);
            double value = 0;
            for (int corner = 0; corner < 4; corner++) {
              int row = (int) v + corner / 2;
              int column = (int) u + corner % 2;
              double weight = (1 - Math.abs(v - row)) * (1 - Math.abs(u - column));
              value += weight * maps[k][Math.min(row, h - 1)][Math.min(column, w - 1)];
            }
            out[k][y][x] = value;
          }
        }
      }
      return out;
    }
  }

  private static ModelBuilder builder(TinyModel tiny, boolean slides) {
    return tiny.builder()
        .set("test.mode=" + (slides ? "slide" : "whole"))
        .set("test.crop=[" + CROP + "," + CROP + "]")
        .set("test.stride=[" + STRIDE + "," + STRIDE + "]");
  }

  @ParameterizedTest
  @CsvSource({"false, true, 1", "false, false, 0.5;1.3", "true, true, 1;1.5", "true, true, .75"})
  void viewsAreMergedLikeInMmseg(boolean slides, boolean flip, String views) throws IOException {
    double[] scales = List.of(views.split(";")).stream().mapToDouble(Double::parseDouble).toArray();
    TinyModel tiny = TinyModel.segmenter(folder, CLASSES);
    ModelConfig config = ModelConfig.read(tiny.config(), List.of(), PartRegistry.load());
    try (LoadedModel loaded = LoadedModel.open(config.model(), tiny.weights(), false);
        DovetailModel model = builder(tiny, slides).augment(flip, scales).open();
        DovetailModel once = builder(tiny, slides).open()) {
      Reference reference = new Reference(loaded, slides);
      int changed = 0;
      for (int seed = 0; seed < 2; seed++) {
        Image image = TinyModel.image(seed, 50 + 30 * seed, 90);
        LabelMap found = model.predict(ImageSource.of(image)).labelMap();
        LabelMap unmerged = once.predict(ImageSource.of(image)).labelMap();
        assertEquals(image.size(), found.size());
        double[][][] means = reference.means(image, flip, scales);
        for (int i = 0; i < found.size().pixels(); i++) {
          double best = 0;
          for (double[][] map : means) {
            best = Math.max(best, map[i / 90][i % 90]);
          }
          double own = means[found.at(i)][i / 90][i % 90];
          assertTrue(best - own <= TIE, own + " is below " + best + ", pixel " + i);
          changed += found.at(i) == unmerged.at(i) ? 0 : 1;
        }
      }
      assertNotEquals(
          0, changed, "the views did not change the result, so this test is meaningless");
    }
  }

  @Test
  void aSingleUnchangedViewEqualsNoViews() throws IOException {
    TinyModel tiny = TinyModel.segmenter(folder, CLASSES);
    Image image = TinyModel.image(3, 50, 90);
    try (DovetailModel once = tiny.open();
        DovetailModel seen = tiny.builder().augment(false, 1).open()) {
      assertEquals(labels(once, image), labels(seen, image));
    }
  }

  @Test
  void listsInBatchesEqualSingleCalls() throws IOException {
    List<ImageSource> images = new ArrayList<>();
    int[][] sizes = {{40, 60}, {64, 60}, {40, 60}, {60, 40}, {40, 60}};
    for (int i = 0; i < sizes.length; i++) {
      images.add(ImageSource.of(TinyModel.image(i, sizes[i][0], sizes[i][1])));
    }
    try (DovetailModel model =
        TinyModel.segmenter(folder, CLASSES).builder().augment(true, 1, 1.5).open()) {
      List<String> single = new ArrayList<>();
      for (ImageSource image : images) {
        single.add(labels(model.predict(image).labelMap()));
      }
      for (int batch : new int[] {1, 2, 9}) {
        assertEquals(
            single,
            model.predict(images, batch).stream().map(p -> labels(p.labelMap())).toList(),
            "in batches of " + batch);
      }
    }
  }

  @Test
  void manyClassesAreOutputInChunks() throws IOException {
    String[] names = new String[300];
    for (int i = 0; i < names.length; i++) {
      names[i] = "class " + i;
    }
    Image image = TinyModel.image(3, 64, 96);
    TinyModel tiny = TinyModel.segmenter(folder, names);
    try (DovetailModel once = tiny.open();
        DovetailModel views = tiny.builder().augment(false, 1.0000001).open()) {
      LabelMap merged = views.predict(ImageSource.of(image)).labelMap();
      LabelMap expected = once.predict(ImageSource.of(image)).labelMap();
      boolean high = false;
      int differing = 0;
      for (int i = 0; i < image.size().pixels(); i++) {
        differing += merged.at(i) == expected.at(i) ? 0 : 1;
        high |= merged.at(i) > 255;
      }
      assertTrue(differing <= 6, differing + " pixels differ, more than float32 ties explain");
      assertTrue(high, "no class above 255 occurred");
    }
  }

  private static String labels(DovetailModel model, Image image) throws IOException {
    return labels(model.predict(ImageSource.of(image)).labelMap());
  }

  private static String labels(LabelMap map) {
    StringBuilder text = new StringBuilder(map.size().toString());
    for (int i = 0; i < map.size().pixels(); i++) {
      text.append(' ').append(map.at(i));
    }
    return text.toString();
  }
}
