package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.graph.int8.CalibrationMethod.Kind;
import dev.dovetail.graph.int8.Histograms;
import dev.dovetail.graph.int8.Quantizer;
import dev.dovetail.graph.int8.Range;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs in 8-bit integers, compared with float32. */
class Int8Test {

  private static final int CHANNELS = 16;

  /** A layer in each form that models use; the input is [1, 16, 12, 12]. */
  private enum Form {
    LINEAR((s, x) -> Linear.linear(s.at("a"), tokens(x), 24)),
    LINEAR_WITHOUT_BIAS((s, x) -> Linear.linearWithoutBias(s.at("a"), tokens(x), 24)),
    LINEAR_TWICE(
        (s, x) ->
            Linear.linear(s.at("a"), tokens(x), 8).plus(Linear.linear(s.at("b"), tokens(x), 8))),
    SHARED_WEIGHT(
        (s, x) ->
            Linear.linear(s.at("a"), Linear.linear(s.at("a"), tokens(x), CHANNELS), CHANNELS)),
    MLP((s, x) -> Linear.linear(s.at("b"), Linear.linear(s.at("a"), tokens(x), 64).gelu(), 16)),
    POINTWISE((s, x) -> Conv2d.of(24, 1).apply(s.at("a"), x)),
    CONVOLUTION((s, x) -> Conv2d.of(24, 3).apply(s.at("a"), x)),
    STRIDED((s, x) -> Conv2d.of(24, 3).stride(2).apply(s.at("a"), x)),
    RECTIFIED((s, x) -> Conv2d.of(24, 3).apply(s.at("a"), x).relu()),
    NORMALISED((s, x) -> Norms.batchNorm(s.at("bn"), Conv2d.of(24, 3).apply(s.at("a"), x)).relu()),
    TWO((s, x) -> Conv2d.of(8, 3).apply(s.at("b"), Conv2d.of(24, 3).apply(s.at("a"), x).relu())),
    CONVOLUTION_THEN_LINEAR(
        (s, x) -> Linear.linear(s.at("b"), tokens(Conv2d.of(24, 3).apply(s.at("a"), x).relu()), 8));

    private final BiFunction<Scope, Tensor, Tensor> body;

    Form(BiFunction<Scope, Tensor, Tensor> body) {
      this.body = body;
    }

    Graph graph(int side) {
      Trace trace = new Trace();
      Tensor x = trace.input("x", DType.FLOAT32, 1, CHANNELS, side, side);
      return trace.graph(Map.of("y", body.apply(trace.root(), x)));
    }
  }

  private static Tensor tokens(Tensor x) {
    return x.flatten(2, 3).transpose(1, 2);
  }

  private static final ParameterStore WEIGHTS =
      (Parameter p, DType type) -> {
        Random random = new Random(p.name().hashCode());
        float[] values = new float[(int) p.shape().elements()];
        for (int i = 0; i < values.length; i++) {
          boolean positive = p.name().endsWith("running_var");
          values[i] = (float) (positive ? 0.5 + random.nextDouble() : random.nextGaussian() / 4);
        }
        return new ParameterStore.Inline(TensorData.of(values, p.shape().dims()).bytes());
      };

  private static Map<String, TensorData> image(int seed, int side) {
    Random random = new Random(seed);
    float[] values = new float[CHANNELS * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Map.of("x", TensorData.of(values, 1, CHANNELS, side, side));
  }

  private static Map<String, TensorData> run(Graph graph, Settings settings, int seed, int side)
      throws IOException {
    try (Plan plan = Plan.compile(graph, WEIGHTS, settings)) {
      return plan.run(image(seed, side));
    }
  }

  private static Calibration calibration(Graph graph, double most) throws IOException {
    List<Map<String, TensorData>> seen =
        List.of(
            run(Quantizer.observing(graph), Settings.cpu(), 1, 12),
            run(Quantizer.observing(graph), Settings.cpu(), 2, 12));
    Calibration ranges = Quantizer.ranges(seen);
    Map<String, TensorData> errors = run(Quantizer.comparing(graph, ranges), Settings.cpu(), 1, 12);
    return Quantizer.withErrors(ranges, List.of(errors), most);
  }

  private static double error(float[] exact, float[] found) {
    assertEquals(exact.length, found.length);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      difference += Math.pow((double) exact[i] - found[i], 2);
      size += Math.pow(exact[i], 2);
    }
    return Math.sqrt(difference / size);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void resultsAreWithinFivePercentOfFloat32AtEverySizeAndInEveryDialect(Form form)
      throws IOException {
    Calibration calibration = calibration(form.graph(12), 1);
    assertEquals(2, calibration.images());
    for (int side : new int[] {12, 20}) {
      Graph graph = form.graph(side);
      float[] exact = run(graph, Settings.cpu(), 3, side).get("y").floats();
      for (Dialect dialect : Dialect.values()) {
        Settings settings = Settings.cpu().dialect(dialect).int8(calibration);
        float[] found = run(graph, settings, 3, side).get("y").floats();
        double error = error(exact, found);
        assertTrue(error < 0.05, form + ", " + dialect + ", " + side + ": " + error);
        assertNotEquals(0, error, form + ": nothing was quantized");
        float[] plain = run(graph, settings.unoptimised(), 3, side).get("y").floats();
        assertTrue(error(plain, found) < 0.01, form + ": fused and plain differ");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void onnxRuntimeMultipliesIntegers(Form form) throws IOException {
    Graph graph = form.graph(12);
    Settings settings = Settings.cpu().int8(calibration(graph, 1)).withProfile();
    try (Plan plan = Plan.compile(graph, WEIGHTS, settings)) {
      plan.run(image(3, 12));
      Set<String> operators = plan.profile(0).operators().keySet();
      assertTrue(
          operators.contains("QGemm") || operators.contains("QLinearConv"), operators.toString());
      for (String inFloat : List.of("Gemm", "MatMul", "Conv", "FusedConv", "BatchNormalization")) {
        assertFalse(operators.contains(inFloat), form + ": " + operators);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void codesAsConstantsHaveTheSameResult(Form form) throws IOException {
    Graph quantized = Quantizer.quantized(form.graph(12), calibration(form.graph(12), 1));
    Graph constant =
        Quantizer.withCodes(quantized, run(Quantizer.codes(quantized), Settings.cpu(), 0, 12));
    try (Plan plan = Plan.compile(constant, ParameterStore.none(), Settings.cpu())) {
      assertArrayEquals(
          run(quantized, Settings.cpu(), 3, 12).get("y").floats(),
          plan.run(image(3, 12)).get("y").floats());
    }
  }

  @Test
  void theErrorOfASingleLayerEqualsThatOfTheGraph() throws IOException {
    for (Form form : List.of(Form.LINEAR, Form.CONVOLUTION, Form.RECTIFIED, Form.NORMALISED)) {
      Graph graph = form.graph(12);
      Calibration calibration = calibration(graph, 1);
      double error =
          error(
              run(graph, Settings.cpu(), 1, 12).get("y").floats(),
              run(graph, Settings.cpu().int8(calibration), 1, 12).get("y").floats());
      assertEquals(1, calibration.layers().size());
      Calibration.Layer layer = calibration.layers().values().iterator().next();
      assertEquals(error, layer.error(), 0.02 * error, form.toString());
    }
  }

  private static Calibration clipped(Graph graph, CalibrationMethod method) throws IOException {
    Histograms histograms = new Histograms(calibration(graph, 1));
    for (int seed : new int[] {1, 2}) {
      histograms.add(run(histograms.counting(graph), Settings.cpu(), seed, 12));
    }
    return histograms.calibration(method);
  }

  /** Checks that a range contains a percentage of values, and a range of one bin less does not. */
  private static void assertContains(double percent, Range range, List<float[]> values) {
    long within = 0;
    long clearly = 0;
    long all = 0;
    double largest = 0;
    for (float[] image : values) {
      for (float v : image) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    double bin = largest / 2048;
    double threshold = Math.max(-range.min(), range.max());
    for (float[] image : values) {
      for (float v : image) {
        all++;
        within += Math.abs(v) <= threshold + 1e-3 * bin ? 1 : 0;
        clearly += Math.abs(v) < threshold - 1.001 * bin ? 1 : 0;
      }
    }
    assertTrue(100.0 * within >= percent * all, within + " of " + all);
    assertTrue(100.0 * clearly < percent * all, clearly + " of " + all);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINEAR", "CONVOLUTION", "RECTIFIED", "NORMALISED"})
  void aPercentileIsTheShareOfOperandsAndResultsInTheRange(Form form) throws IOException {
    Graph graph = form.graph(12);
    List<float[]> operands = new ArrayList<>();
    List<float[]> results = new ArrayList<>();
    for (int seed : new int[] {1, 2}) {
      operands.add(image(seed, 12).get("x").floats());
      results.add(run(graph, Settings.cpu(), seed, 12).get("y").floats());
    }
    for (double percent : new double[] {80, 99, 99.9}) {
      CalibrationMethod method = CalibrationMethod.of(Kind.PERCENTILE, Optional.of(percent));
      Calibration.Layer layer = clipped(graph, method).layers().get("a");
      assertContains(percent, layer.operand(), operands);
      assertEquals(form != Form.LINEAR, layer.result().isPresent());
      layer.result().ifPresent(range -> assertContains(percent, range, results));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void entropyKeepsTheResultsOfEveryForm(Form form) throws IOException {
    Graph graph = form.graph(12);
    Calibration calibration = clipped(graph, CalibrationMethod.of(Kind.ENTROPY, Optional.empty()));
    assertEquals(calibration(graph, 1).layers().keySet(), calibration.layers().keySet());
    double error =
        error(
            run(form.graph(20), Settings.cpu(), 3, 20).get("y").floats(),
            run(form.graph(20), Settings.cpu().int8(calibration), 3, 20).get("y").floats());
    assertTrue(error < 0.05, form + ": " + error);
  }

  @Test
  void valuesThatAreAllZeroOrTinyKeepTheirRange() throws IOException {
    Graph graph = Form.RECTIFIED.graph(12);
    for (float value : new float[] {0, 1e-38f}) {
      float[] pixels = new float[CHANNELS * 12 * 12];
      Arrays.fill(pixels, value);
      Map<String, TensorData> image = Map.of("x", TensorData.of(pixels, 1, CHANNELS, 12, 12));
      Calibration ranges;
      try (Plan plan = Plan.compile(Quantizer.observing(graph), WEIGHTS, Settings.cpu())) {
        ranges = Quantizer.ranges(List.of(plan.run(image)));
      }
      Histograms histograms = new Histograms(ranges);
      try (Plan plan = Plan.compile(histograms.counting(graph), WEIGHTS, Settings.cpu())) {
        histograms.add(plan.run(image));
      }
      for (Kind kind : Kind.values()) {
        Calibration found = histograms.calibration(CalibrationMethod.of(kind, Optional.empty()));
        assertEquals(new Range(0, value), found.layers().get("a").operand(), kind.label());
      }
    }
  }

  @Test
  void histogramsOfAnotherModelAreRejected() throws IOException {
    Histograms histograms = new Histograms(calibration(Form.LINEAR.graph(12), 1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> histograms.counting(Form.MLP.graph(12)));
    assertTrue(e.getMessage().contains("another model"), e.getMessage());
  }

  @Test
  void layersWithTooLargeAnErrorStayInFloat32() throws IOException {
    Graph graph = Form.TWO.graph(12);
    Calibration all = calibration(graph, 1);
    assertEquals(Set.of("a", "b"), all.layers().keySet());
    double a = all.layers().get("a").error();
    double b = all.layers().get("b").error();
    Calibration one = calibration(graph, (a + b) / 2);
    assertEquals(1, one.quantized());
    assertEquals(a < b, one.layers().get("a").quantized());
    assertEquals(one, all.withFloat32(1));
    assertArrayEquals(
        run(graph, Settings.cpu(), 3, 12).get("y").floats(),
        run(graph, Settings.cpu().int8(all.withFloat32(2)), 3, 12).get("y").floats(),
        1e-5f);
  }

  @Test
  void depthwiseConvolutionsAndFloat32ScopesAreNotQuantized() throws IOException {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 1, CHANNELS, 12, 12);
    Tensor depthwise = Conv2d.depthwise(CHANNELS, 3).apply(s.at("depthwise"), x);
    Tensor island = s.float32(() -> Conv2d.of(8, 1).apply(s.at("island"), depthwise));
    Tensor layer = Conv2d.of(8, 1).apply(s.at("layer"), island);
    Calibration calibration = calibration(trace.graph(Map.of("y", layer)), 1);
    assertEquals(Set.of("layer"), calibration.layers().keySet());
  }

  @Test
  void aCalibrationOfAnotherModelIsRejected() throws IOException {
    Settings settings = Settings.cpu().int8(calibration(Form.LINEAR.graph(12), 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> run(Form.MLP.graph(12), settings, 1, 12));
    assertTrue(e.getMessage().contains("another model: it lacks 1 layers, such as b"));
  }

  @Test
  void int8WithoutACalibrationOrOnAGpuIsRejected() {
    Settings bare = Settings.on(new Device.Cpu(), Precision.INT8);
    assertThrows(
        IllegalArgumentException.class, () -> Plan.compile(Form.MLP.graph(12), WEIGHTS, bare));
    assertThrows(
        IllegalArgumentException.class, () -> Settings.on(new Device.Cuda(0), Precision.INT8));
  }
}
