package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Label maps in half precision in the CUDA dialect are those of the plain operators. */
class CudaLabelMapsTest extends CudaDialect {

  private static final int CLASSES = 5;
  private static final int BATCH = 2;

  /** Maps at their size, at the size of the network's input, and at the original size. */
  private record Sizes(int rows, int columns, int height, int width, boolean cropped) {}

  /**
   * Returns the scores at the original size or the label maps of {@code x}. Padding is removed at
   * the inputs {@code h} and {@code w}; the original size is the input {@code size}.
   */
  private static Tensor resized(Trace trace, Sizes sizes, boolean labels) {
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, BATCH, CLASSES, sizes.rows, sizes.columns).plus(0);
    return s.float32(
        () -> {
          Tensor big = Resampling.bilinear(x, sizes.height, sizes.width);
          if (sizes.cropped) {
            for (int axis = 2; axis < 4; axis++) {
              Tensor limit = trace.input(axis == 2 ? "h" : "w", DType.INT64);
              Tensor to =
                  s.constant(TensorData.scalar(0L))
                      .apply(new Indexing.RangeTo(), limit, s.constant(TensorData.scalar(1L)));
              big = big.gather(axis, to);
            }
          }
          Tensor size = trace.input("size", DType.INT64, 2);
          Tensor all = Tensor.concat(0, s.constant((long) BATCH, (long) CLASSES), size);
          Tensor none = s.constant(new float[0]);
          Tensor scores = big.apply(new Sampling.ResizeTo(Sampling.Mode.LINEAR), none, none, all);
          return labels ? scores.argmax(1).cast(DType.UINT8).cast(DType.FLOAT32) : scores;
        });
  }

  private static Map<String, TensorData> inputs(
      Sizes sizes, float[] x, int h, int w, int height, int width) {
    Map<String, TensorData> in = new HashMap<>();
    in.put("x", TensorData.of(x, BATCH, CLASSES, sizes.rows, sizes.columns));
    in.put("size", TensorData.of(new long[] {height, width}, 2));
    if (sizes.cropped) {
      in.put("h", TensorData.scalar((long) h));
      in.put("w", TensorData.scalar((long) w));
    }
    return in;
  }

  @ParameterizedTest
  @CsvSource({
    "16, 24, 256, 416, true, 250, 401, 131, 99",
    "64, 104, 256, 416, true, 256, 416, 256, 416",
    "16, 24, 256, 416, false, 0, 0, 300, 71",
    "320, 336, 320, 336, true, 311, 287, 200, 200",
    "330, 330, 330, 330, false, 0, 0, 330, 330",
  })
  void theChosenClassHasTheHighestResizedScore(
      int rows,
      int columns,
      int height,
      int width,
      boolean cropped,
      int h,
      int w,
      int originalHeight,
      int originalWidth)
      throws IOException {
    Random random = new Random(rows);
    Sizes sizes = new Sizes(rows, columns, height, width, cropped);
    float[] x = new float[BATCH * CLASSES * rows * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    Map<String, TensorData> in = inputs(sizes, x, h, w, originalHeight, originalWidth);
    Graph graph = trace.graph(Map.of("y", resized(trace, sizes, true)));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(0, count(operators, "ArgMax"));
    assertEquals(2, count(operators, "Resize"), "one for each axis");
    float[] labels = run(graph, HALF, in);
    Trace plain = new Trace();
    float[] scores =
        run(plain.graph(Map.of("y", resized(plain, sizes, false))), Dialect.PORTABLE, in);
    int pixels = originalHeight * originalWidth;
    assertEquals(BATCH * pixels, labels.length);
    for (int i = 0; i < labels.length; i++) {
      int first = i / pixels * CLASSES * pixels + i % pixels;
      float best = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        best = Math.max(best, scores[first + c * pixels]);
      }
      assertTrue(
          scores[first + (int) labels[i] * pixels] > best - 8e-3, "seed " + rows + ", pixel " + i);
    }
  }

  @Test
  void scoresThatAreNotFiniteAreSmallestOrLargest() throws IOException {
    Sizes sizes = new Sizes(512, 512, 512, 512, false);
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    float[][] classes = {
      {1, nan, 0, 0, 0},
      {nan, nan, 2, 1, nan},
      {-infinity, -infinity, -infinity, -infinity, -infinity},
      {nan, nan, nan, nan, nan},
      {0, 9, infinity, 3, nan},
      {0, 0, -3, 0, 0},
      {5000, 4000, 3000, 0, 1},
      {-5000, -4000, -4000, -8000, -4500},
    };
    float[] expected = {0, 2, 0, 0, 2, 0, 0, 1};
    int pixels = 512 * 512;
    float[] x = new float[BATCH * CLASSES * pixels];
    float[] all = new float[BATCH * pixels];
    Random random = new Random(8);
    for (int i = 0; i < all.length; i++) {
      // The products spread what is not finite along rows and columns if it is not limited before.
      int kind = random.nextInt(classes.length);
      all[i] = expected[kind];
      for (int c = 0; c < CLASSES; c++) {
        x[(i / pixels * CLASSES + c) * pixels + i % pixels] = classes[kind][c];
      }
    }
    Graph graph = trace.graph(Map.of("y", resized(trace, sizes, true)));
    assertEquals(0, count(operators(graph, Dialect.ORT_CUDA, Precision.FP16), "ArgMax"));
    assertArrayEquals(all, run(graph, HALF, inputs(sizes, x, 0, 0, 512, 512)));
  }

  @Test
  void smallMapsAndThoseInFloat32KeepArgMax() {
    Graph small = trace.graph(Map.of("y", resized(trace, new Sizes(8, 8, 16, 16, false), true)));
    assertEquals(1, count(operators(small, Dialect.ORT_CUDA, Precision.FP16), "ArgMax"));
    Trace other = new Trace();
    Sizes sizes = new Sizes(512, 512, 512, 512, false);
    Graph large = other.graph(Map.of("y", resized(other, sizes, true)));
    assertEquals(1, count(large, Dialect.ORT_CUDA, "ArgMax"));
  }
}
