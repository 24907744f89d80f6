package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest elements of a long row are selected in two steps on CUDA, in the same order. */
class TopKByChunksTest {

  @TempDir Path folder;

  private static Graph graph(int k, boolean largest, int... shape) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, shape);
    List<Tensor> top = x.applyAll(new Selection.TopK(k, shape.length - 1, largest));
    return trace.graph(Map.of("values", top.get(0), "indices", top.get(1)));
  }

  private static long count(Graph graph, Dialect dialect) {
    return OnnxWriter.write(
            graph,
            dialect,
            Precision.FP32,
            (p, t) -> new ParameterStore.InFile("w", 0, 64),
            Map.of())
        .getGraph()
        .getNodeList()
        .stream()
        .map(NodeProto::getOpType)
        .filter("TopK"::equals)
        .count();
  }

  private Map<String, TensorData> run(Graph graph, Dialect dialect, TensorData x)
      throws IOException {
    WeightBinding none = WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 20));
    try (Plan plan = Plan.compile(graph, none, Settings.cpu().dialect(dialect))) {
      return plan.run(Map.of("x", x));
    }
  }

  @Test
  void valuesAndIndicesAreThoseOfOneStepAlsoForEqualElements() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int[][] shapes = {{1, 201600}, {2, 50400}, {17920}, {3, 1 << 14}};
    for (int[] shape : shapes) {
      for (int levels : new int[] {1, 3, 500, Integer.MAX_VALUE}) {
        int k = random.nextInt(1, 1001);
        boolean largest = random.nextBoolean();
        String what = "seed " + seed + ", k " + k + " of " + Arrays.toString(shape) + ", " + levels;
        Graph graph = graph(k, largest, shape);
        float[] x = new float[IntStream.of(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < x.length; i++) {
          int level = random.nextInt(levels);
          x[i] = level == 0 && levels == 3 ? Float.NEGATIVE_INFINITY : level;
        }
        TensorData data = TensorData.of(x, shape);
        Map<String, TensorData> expected = run(graph, Dialect.ORT_CPU, data);
        Map<String, TensorData> actual = run(graph, Dialect.ORT_CUDA, data);
        assertArrayEquals(expected.get("values").floats(), actual.get("values").floats(), what);
        assertArrayEquals(expected.get("indices").longs(), actual.get("indices").longs(), what);
      }
    }
  }

  @Test
  void onlyLongRowsOfWhichAFewElementsAreSelectedAreDivided() {
    assertEquals(2, count(graph(1000, true, 1, 201600), Dialect.ORT_CUDA));
    assertEquals(2, count(graph(300, true, 2, 50400), Dialect.ORT_CUDA));
    assertEquals(1, count(graph(1000, true, 1, 201600), Dialect.ORT));
    assertEquals(1, count(graph(1000, true, 1, 201600), Dialect.ORT_CPU));
    assertEquals(1, count(graph(1000, true, 1, 3150), Dialect.ORT_CUDA), "a short row");
    assertEquals(1, count(graph(20000, true, 1, 50400), Dialect.ORT_CUDA), "many elements");
    assertEquals(1, count(graph(10, true, 1, 50411), Dialect.ORT_CUDA), "a prime number");
  }
}
