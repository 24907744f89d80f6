package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.dfine.DFine;
import dev.dovetail.heads.dfine.Distribution;
import dev.dovetail.heads.dfine.LayerKind;
import dev.dovetail.heads.dfine.Style;
import dev.dovetail.heads.rtdetr.DecoderMaps;
import dev.dovetail.heads.rtdetr.RtDetr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D-FINE's head with random maps. */
class DFineTest {

  private static final int CHANNELS = 16;

  private static final String EDGES = "intermediate_predicted_corners";
  private static final String INITIAL = "initial_reference_points";

  private static DFine head(int layers, int width, int extra, boolean learned, Style style) {
    return new DFine(
        new RtDetr(
            3,
            5,
            learned,
            Scoring.SIGMOID,
            7,
            new DecoderMaps(width, 2, extra, 1e-5, List.of()),
            new RtDetr.Decoder(layers, 2, 12, Activation.SILU, 1e-5),
            new RtDetr.Sampling(
                extra == 0 ? List.of(3, 1) : List.of(2), Method.BILINEAR, 0.5, true)),
        new Distribution(8, 0.5, 4, new Distribution.Quality(2, 6, 2)),
        style);
  }

  private static Style deimv2(boolean gateway, boolean shared, boolean authors) {
    return new Style(
        LayerKind.DEIMV2,
        gateway,
        authors ? Activation.SILU : Activation.RELU,
        shared,
        !authors,
        authors);
  }

  static Stream<DFine> variants() {
    return Stream.of(
        head(2, CHANNELS, 0, false, Style.dfine()),
        head(1, CHANNELS, 0, false, Style.dfine()),
        head(2, 8, 1, true, Style.dfine()),
        head(2, CHANNELS, 0, false, deimv2(true, false, false)),
        head(3, CHANNELS, 0, false, deimv2(false, true, true)));
  }

  private static Graph graph(DFine head) {
    Trace trace = new Trace();
    List<Tensor> maps = new ArrayList<>();
    maps.add(trace.input("fine", DType.FLOAT32, 1, CHANNELS, 6, 8));
    maps.add(trace.input("coarse", DType.FLOAT32, 1, CHANNELS, 3, 4));
    Tensor pixels = trace.input("pixel_values", DType.FLOAT32, 1, 3, 96, 128);
    QueryBoxes outputs =
        head.predict(
            trace.root(),
            FeaturePyramid.from(16, maps),
            ImageBatch.ofInputs(trace.root(), pixels).filled());
    return trace.graph(outputs.tensors());
  }

  private static Map<String, TensorData> run(Graph graph, String... taps) {
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    for (String tap : taps) {
      outputs.put(tap, graph.value(tap).orElseThrow());
    }
    Random random = new Random(3);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    inputs.put("fine", noise(random, 1, CHANNELS, 6, 8));
    inputs.put("coarse", noise(random, 1, CHANNELS, 3, 4));
    inputs.put("pixel_values", noise(random, 1, 3, 96, 128));
    return Runner.run(graph.withOutputs(outputs), inputs, Precision.FP32);
  }

  private static TensorData noise(Random random, int... dims) {
    int count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorData.of(values, dims);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void edgesAreTheMeansOfTheirDistributions(DFine head) {
    Map<String, TensorData> outputs = run(graph(head), EDGES, INITIAL);
    double up = stored("decoder.up");
    double scale = stored("decoder.reg_scale");
    float[] boxes = outputs.get("pred_boxes").floats();
    float[] edges = outputs.get(EDGES).floats();
    float[] initial = outputs.get(INITIAL).floats();
    assertEquals(5 * 4, boxes.length);
    assertEquals(5 * 4 * 9, edges.length);
    for (int q = 0; q < 5; q++) {
      double[] expected = new double[4];
      for (int side = 0; side < 2; side++) {
        double unit = initial[4 * q + 2 + side] / scale;
        double first = scale / 2 + mean(edges, 9 * (4 * q + side), up, scale);
        double last = scale / 2 + mean(edges, 9 * (4 * q + 2 + side), up, scale);
        double low = initial[4 * q + side] - first * unit;
        double high = initial[4 * q + side] + last * unit;
        expected[side] = (low + high) / 2;
        expected[2 + side] = high - low;
      }
      for (int k = 0; k < 4; k++) {
        assertEquals(expected[k], boxes[4 * q + k], 1e-4 * Math.max(1, Math.abs(expected[k])));
      }
    }
  }

  /** The value that the runner assigns to a parameter with one element. */
  private static double stored(String name) {
    return 0.5 + new Random(name.hashCode()).nextDouble();
  }

  /** The mean of a softmax over 9 bins at W(0) to W(8) (equation 3 of the paper). */
  private static double mean(float[] logits, int from, double up, double scale) {
    double bound = up * scale;
    double step = Math.pow(bound + 1, 2.0 / 6);
    double[] bins = new double[9];
    for (int i = -3; i <= 3; i++) {
      bins[4 + i] = Math.signum(i) * (Math.pow(step, Math.abs(i)) - 1);
    }
    bins[0] = -2 * bound;
    bins[8] = 2 * bound;
    double sum = 0;
    double weighted = 0;
    for (int i = 0; i < 9; i++) {
      double weight = Math.exp(logits[from + i]);
      sum += weight;
      weighted += weight * bins[i];
    }
    return weighted / sum;
  }

  private static Set<String> names(DFine head) {
    return graph(head).parameters().stream().map(Parameter::name).collect(Collectors.toSet());
  }

  @Test
  void parametersHaveTransformersNames() {
    Set<String> dfine = names(head(2, CHANNELS, 0, false, Style.dfine()));
    assertTrue(
        dfine.containsAll(
            Set.of(
                "enc_output.1.bias",
                "decoder.query_pos_head.layers.1.weight",
                "decoder.layers.1.gateway.norm.bias",
                "decoder.layers.1.encoder_attn.num_points_scale",
                "decoder.lqe_layers.0.reg_conf.layers.1.weight",
                "decoder.class_embed.0.bias")));
    assertFalse(dfine.contains("decoder.layers.0.encoder_attn_layer_norm.weight"));
    Set<String> light = names(head(2, CHANNELS, 0, true, deimv2(false, true, true)));
    assertTrue(
        light.containsAll(
            Set.of(
                "weight_embedding.weight",
                "decoder.query_pos_head.layers.2.weight",
                "decoder.layers.0.encoder_attn_layer_norm.weight",
                "decoder.layers.0.mlp.gate_proj.bias")));
    assertTrue(
        light.stream()
            .noneMatch(
                n ->
                    n.contains("gateway")
                        || n.startsWith("enc_output")
                        || n.startsWith("decoder.bbox_embed.1")
                        || n.endsWith("layer_norm.bias")));
  }

  @Test
  void furtherLevelsAreComputedFromTheLastMap() {
    Set<String> names = names(head(2, 8, 2, false, Style.dfine()));
    assertTrue(names.contains("decoder_input_proj.3.0.weight"));
    assertTrue(
        names(head(2, CHANNELS, 0, false, Style.dfine())).stream()
            .noneMatch(n -> n.startsWith("decoder_input_proj")));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 0})
  void binsAreAnEvenNumberOfAtLeastFour(int bins) {
    Distribution.Quality quality = new Distribution.Quality(1, 4, 2);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Distribution(bins, 0.5, 4, quality))
            .getMessage();
    assertEquals("bins is " + bins + ", expected an even number of at least 4", message);
  }
}
