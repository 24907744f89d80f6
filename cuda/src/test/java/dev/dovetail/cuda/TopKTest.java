package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernels of top-k select the same elements as ONNX Runtime's operator. */
@Tag("slow")
class TopKTest extends CompiledKernels {

  private static final int LENGTH = 5000;

  @Test
  void equalElementsAreInIndexOrder() throws IOException {
    float[] row = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      row[i] = i * 7 % 5;
    }
    check(row, 2999, true);
    check(row, 2999, false);
  }

  @Test
  void allElementsAreSorted() throws IOException {
    float[] row = random();
    check(row, LENGTH, true);
    check(row, LENGTH, false);
  }

  @Test
  void theLargestElementsMayBeInOneChunk() throws IOException {
    float[] row = random();
    for (int i = 2100; i < 3100; i++) {
      row[i] += 2;
    }
    check(row, 1000, true);
    check(row, 1, true);
  }

  @Test
  void infinityIsFirstOrLast() throws IOException {
    float[] row = random();
    Arrays.fill(row, 10, 2500, Float.NEGATIVE_INFINITY);
    row[4999] = Float.POSITIVE_INFINITY;
    check(row, 3000, true);
    check(row, 3000, false);
  }

  @Test
  void negativeZeroEqualsZeroAndIsReturned() throws IOException {
    float[] row = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      row[i] = i % 3 == 0 ? -0f : 0f;
    }
    float[] values = check(row, 100, true);
    assertEquals(-0f, values[0]);
    assertEquals(0f, values[1]);
  }

  @Test
  void notANumberIsLast() throws IOException {
    float[] row = random();
    row[3] = Float.NaN;
    row[4000] = Float.intBitsToFloat(0xffc00000); // its sign is negative
    for (boolean largest : new boolean[] {true, false}) {
      long[] indices = run(graph(LENGTH, largest), row, true).get("indices").longs();
      assertArrayEquals(
          new long[] {3, 4000}, Arrays.copyOfRange(indices, LENGTH - 2, LENGTH), "" + largest);
    }
  }

  @Test
  void shortRowsOtherAxesAndUnknownLengthsAreNotFused() {
    assertEquals(2, fusions(new Selection.TopK(2, 1, true), 3, 1025));
    assertEquals(0, fusions(new Selection.TopK(2, 1, true), 3, 1024));
    assertEquals(0, fusions(new Selection.TopK(2, 0, true), 1025, 3));
    assertEquals(0, fusions(new Selection.TopK(2, 1, true), 3, Shape.UNKNOWN));
    assertEquals(0, fusions(new Selection.TopK(1 << 20, 0, true), 1 << 20));
  }

  private static int fusions(Selection.TopK op, int... shape) {
    Trace trace = new Trace();
    Tensor y = trace.input("x", DType.FLOAT32, shape).applyAll(op).get(1);
    return FusedGraph.fusions(trace.graph(Map.of("y", y)), f -> true).size();
  }

  /** Compares values and indices, and returns the values. */
  private float[] check(float[] row, int k, boolean largest) throws IOException {
    Graph graph = graph(k, largest);
    Map<String, TensorData> expected = run(graph, row, false);
    Map<String, TensorData> actual = run(graph, row, true);
    assertArrayEquals(expected.get("indices").longs(), actual.get("indices").longs());
    float[] values = actual.get("values").floats();
    assertArrayEquals(expected.get("values").floats(), values);
    return values;
  }

  private static Graph graph(int k, boolean largest) {
    Trace trace = new Trace();
    List<Tensor> results =
        trace.input("row", DType.FLOAT32, LENGTH).applyAll(new Selection.TopK(k, 0, largest));
    return trace.graph(Map.of("values", results.get(0), "indices", results.get(1)));
  }

  private Map<String, TensorData> run(Graph graph, float[] row, boolean fused) throws IOException {
    ParameterStore weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.on(new Device.Cpu(), Precision.FP32).threads(1);
    CudaOptions options = CudaOptions.on(device);
    try (Sessions.Compiled session =
        Sessions.compile(graph, weights, settings, fused ? options : options.plain())) {
      assertEquals(fused ? 2 : 0, session.fusedNodes());
      return session.session().run(Map.of("row", TensorData.of(row, LENGTH)));
    }
  }

  private static float[] random() {
    SplittableRandom random = new SplittableRandom(4);
    float[] row = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      row[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return row;
  }
}
