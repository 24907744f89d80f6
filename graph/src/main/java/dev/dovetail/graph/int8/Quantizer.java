package dev.dovetail.graph.int8;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Quantization;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Calibrates graphs, and rewrites them for 8-bit integers.
 *
 * <ol>
 *   <li>{@link #observing} returns a graph that outputs the ranges of the layers' values. {@link
 *       #ranges} combines its outputs for several images to a calibration.
 *   <li>{@link Histograms} optionally narrows the ranges, from a second run on the same images.
 *   <li>{@link #comparing} returns a graph that outputs the quantization error of each layer.
 *       {@link #withErrors} adds the errors to the calibration, and keeps layers with large errors
 *       in float32.
 *   <li>{@link #quantized} returns the graph to run.
 * </ol>
 */
public final class Quantizer {

  private Quantizer() {}

  /**
   * {@return a graph that outputs the ranges of all layers' values, for {@link #ranges}}
   *
   * @param graph in float32
   */
  public static Graph observing(Graph graph) {
    return measuring(Layers.of(graph), Quantizer::extremes);
  }

  /**
   * Returns a graph that outputs one measurement of each layer, named {@code layer#number}.
   *
   * @throws IllegalArgumentException if the calibration is of another model
   */
  static Graph measuring(
      Graph graph, Calibration calibration, BiFunction<Layers, Node, Tensor> measure) {
    Layers layers = Layers.of(graph);
    check(layers, calibration);
    return measuring(layers, measure);
  }

  private static Graph measuring(Layers layers, BiFunction<Layers, Node, Tensor> measure) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    layers
        .names()
        .forEach(
            (node, name) ->
                outputs.put(
                    name + "#" + outputs.size(),
                    Lowering.inPlaceOf(node, () -> measure.apply(layers, node))));
    return layers.graph().withOutputs(outputs);
  }

  /** Returns the name of the layer that an output of {@link #measuring} is of. */
  static String layer(String output) {
    return output.substring(0, output.lastIndexOf('#'));
  }

  /** Minimum and maximum of the operand, and of the result if that is quantized too. */
  private static Tensor extremes(Layers layers, Node node) {
    List<Tensor> values = layers.quantizedValues(node);
    Tensor operand = extremes(values.get(0));
    return values.size() == 1 ? operand : Tensor.concat(0, operand, extremes(values.get(1)));
  }

  private static Tensor extremes(Tensor x) {
    // Includes zero, so an empty value has a range.
    Tensor all = Tensor.concat(0, x.flatten(0, -1), x.constant(TensorData.of(new float[] {0}, 1)));
    return Tensor.concat(
        0,
        all.apply(new Reduction.Reduce(Reduction.Kind.MIN, 0, true)),
        all.apply(new Reduction.Reduce(Reduction.Kind.MAX, 0, true)));
  }

  /**
   * {@return a calibration without errors, in which all layers are quantized}
   *
   * @param seen the outputs of graphs of {@link #observing}, one element per image
   * @throws IllegalArgumentException if a value is not finite
   */
  public static Calibration ranges(List<Map<String, TensorData>> seen) {
    Map<String, Calibration.Layer> layers = new TreeMap<>();
    for (Map<String, TensorData> image : seen) {
      image.forEach(
          (output, data) -> {
            float[] v = data.floats();
            Optional<Range> result =
                v.length > 2 ? Optional.of(new Range(v[2], v[3])) : Optional.empty();
            layers.merge(
                layer(output),
                new Calibration.Layer(new Range(v[0], v[1]), result, 0, true),
                Calibration.Layer::with);
          });
    }
    return new Calibration(seen.size(), layers);
  }

  /**
   * {@return a graph that outputs the error of each individual layer, for {@link #withErrors}}
   *
   * @param graph in float32
   * @param calibration the ranges
   * @throws IllegalArgumentException if the calibration is of another model
   */
  public static Graph comparing(Graph graph, Calibration calibration) {
    QuantizedLayer form = new QuantizedLayer();
    return measuring(
        graph,
        calibration,
        (layers, node) -> {
          Calibration.Layer layer = calibration.layers().get(layers.names().get(node));
          Tensor y = node.outputs().get(0);
          Tensor other = form.apply(node.op(), node.inputs(), layer);
          Optional<Tensor> rectified = layers.rectified(node);
          Tensor exact = rectified.orElse(y);
          Tensor inexact = rectified.isPresent() ? other.relu() : other;
          return Tensor.concat(0, squares(inexact.minus(exact)), squares(exact));
        });
  }

  private static Tensor squares(Tensor x) {
    return x.times(x).flatten(0, -1).sum(0, true);
  }

  /**
   * {@return the calibration with errors}
   *
   * @param calibration the ranges
   * @param seen the outputs of graphs of {@link #comparing}, one element per image
   * @param most the maximum error of a layer that remains quantized
   */
  public static Calibration withErrors(
      Calibration calibration, List<Map<String, TensorData>> seen, double most) {
    Map<String, double[]> sums = new HashMap<>();
    for (Map<String, TensorData> image : seen) {
      image.forEach(
          (output, data) -> {
            double[] sum = sums.computeIfAbsent(layer(output), name -> new double[2]);
            sum[0] += data.floats()[0];
            sum[1] += data.floats()[1];
          });
    }
    Map<String, Calibration.Layer> layers = new LinkedHashMap<>(calibration.layers());
    sums.forEach(
        (name, sum) -> {
          double error = sum[1] > 0 ? Math.sqrt(sum[0] / sum[1]) : 0;
          layers.computeIfPresent(name, (key, layer) -> layer.withError(error, most));
        });
    return new Calibration(calibration.images(), layers);
  }

  /**
   * {@return the graph with the calibration's layers in 8-bit integers}
   *
   * @param graph in float32
   * @param calibration the ranges, and which layers are quantized
   * @throws IllegalArgumentException if the calibration is of another model
   */
  public static Graph quantized(Graph graph, Calibration calibration) {
    Layers layers = Layers.of(graph);
    check(layers, calibration);
    QuantizedLayer form = new QuantizedLayer();
    return layers
        .graph()
        .rewrite(
            (node, operands) ->
                Optional.ofNullable(layers.names().get(node))
                    .map(calibration.layers()::get)
                    .filter(Calibration.Layer::quantized)
                    .map(layer -> form.apply(node.op(), operands, layer)));
  }

  private static void check(Layers layers, Calibration calibration) {
    TreeSet<String> missing = new TreeSet<>(layers.names().values());
    missing.removeAll(calibration.layers().keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the calibration is of another model: it lacks "
              + missing.size()
              + " layers, such as "
              + missing.first());
    }
  }

  /**
   * Returns a graph whose outputs are the codes and scales of weights and biases, which depend only
   * on parameters. A file that contains their values instead has a quarter of the size.
   *
   * @param quantized a graph of {@link #quantized}
   * @return the same graph with the codes as outputs, which are named 0, 1, …
   */
  public static Graph codes(Graph quantized) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Node node : quantized.nodes()) {
      if (node.op() instanceof Quantization.Dequantize && node.inputs().get(1).rank() == 1) {
        node.inputs().stream()
            .filter(t -> !(t.node().op() instanceof Source))
            .filter(t -> !outputs.containsValue(t))
            .forEach(t -> outputs.put(Integer.toString(outputs.size()), t));
      }
    }
    return quantized.withOutputs(outputs);
  }

  /**
   * {@return a quantized graph with the codes of its weights as constants}
   *
   * @param quantized a graph of {@link #quantized}
   * @param values the outputs of its {@link #codes}
   */
  public static Graph withCodes(Graph quantized, Map<String, TensorData> values) {
    Map<Tensor, TensorData> known = new HashMap<>();
    codes(quantized).outputs().forEach((name, t) -> known.put(t, values.get(name)));
    return quantized.rewrite(
        (node, operands) ->
            Optional.ofNullable(known.get(node.outputs().get(0)))
                .map(node.outputs().get(0)::constant));
  }
}
