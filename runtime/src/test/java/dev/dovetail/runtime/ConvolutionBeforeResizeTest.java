package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions of upsampled maps, which are rewritten to mix channels before upsampling. */
class ConvolutionBeforeResizeTest {

  private static final int CHANNELS = 64;

  @TempDir Path folder;

  private final Trace trace = new Trace();
  private final Scope root = trace.root();
  private final Tensor image = trace.input("x", DType.FLOAT32, 1, CHANNELS, 24, 20);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void rewrittenConvolutionsEqualThoseOfUpsampledMaps(int seed) throws IOException {
    Random random = new Random(seed);
    List<Tensor> parts = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int step = List.of(1, 2, 3, 4).get(random.nextInt(4));
      Tensor small = step == 1 ? image : image.apply(new Convolution.AveragePool(step, step));
      parts.add(resized(small));
    }
    int kernel = List.of(1, 3, 5, 2).get(random.nextInt(4));
    int padding = random.nextInt(3);
    Tensor y = convolution(Tensor.concat(1, parts), kernel, padding, random.nextBoolean());
    Graph graph = trace.graph(Map.of("y", y));
    float[] pixels = new float[CHANNELS * 24 * 20];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[] plain = run(graph, Dialect.PORTABLE, pixels);
    for (Dialect dialect : List.of(Dialect.ORT, Dialect.ORT_CPU)) {
      float[] changed = run(graph, dialect, pixels);
      for (int i = 0; i < plain.length; i++) {
        double tolerance = 2e-6 * Math.max(Math.abs(plain[i]), 1);
        assertEquals(plain[i], changed[i], tolerance, "seed " + seed + ", element " + i);
      }
    }
  }

  @Test
  void noUpsampledMapIsConvolvedAndOtherMapsAreConvolvedDirectly() throws IOException {
    Tensor half = image.apply(new Convolution.AveragePool(2, 2));
    Tensor quarter = image.apply(new Convolution.AveragePool(4, 4));
    Tensor fine = Tensor.concat(1, resized(half), image, resized(quarter));
    Graph graph = trace.graph(Map.of("y", convolution(fine, 3, 1, true)));
    assertEquals(0, count(graph, Dialect.ORT, "Resize"));
    assertEquals(3, count(graph, Dialect.ORT, "Conv"));
    assertEquals(2, count(graph, Dialect.PORTABLE, "Resize"));
    assertEquals(1, count(graph, Dialect.PORTABLE, "Conv"));
  }

  @Test
  void convolutionsThatWouldNotBeFasterAreNotRewritten() throws IOException {
    Tensor almost = image.slice(2, 0, 23);
    Graph graph = trace.graph(Map.of("y", convolution(resized(almost), 3, 1, false)));
    assertEquals(1, count(graph, Dialect.ORT, "Resize"));
    assertEquals(1, count(graph, Dialect.ORT, "Conv"));
  }

  private static Tensor resized(Tensor x) {
    return Resampling.bilinear(x, 24, 20);
  }

  private Tensor convolution(Tensor x, int kernel, int padding, boolean bias) {
    Init init = new Init.Normal(0.02f);
    Tensor weight = root.weight("weight", init, 48, x.dim(1), kernel, kernel);
    Convolution.Conv op = new Convolution.Conv(1, padding, 1);
    return bias ? x.apply(op, weight, root.weight("bias", init, 48)) : x.apply(op, weight);
  }

  private float[] run(Graph graph, Dialect dialect, float[] pixels) throws IOException {
    try (Plan plan = Plan.compile(graph, weights(), Settings.cpu().dialect(dialect))) {
      return plan.run(Map.of("x", TensorData.of(pixels, 1, CHANNELS, 24, 20))).get("y").floats();
    }
  }

  private WeightBinding weights() throws IOException {
    return WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 20));
  }

  private long count(Graph graph, Dialect dialect, String operator) throws IOException {
    return OnnxWriter.write(graph, dialect, Precision.FP32, weights(), Map.of())
        .getGraph()
        .getNodeList()
        .stream()
        .map(NodeProto::getOpType)
        .filter(operator::equals)
        .count();
  }
}
