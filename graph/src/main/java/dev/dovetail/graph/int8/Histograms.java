package dev.dovetail.graph.int8;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects the histograms of layers' values over several images. The graph counts, so that its
 * outputs and this object have a fixed size per layer, however large the images are.
 */
public final class Histograms {

  private final Calibration ranges;

  /** Of each layer the operand, and the result if that is quantized too. */
  private final Map<String, List<Histogram>> histograms = new TreeMap<>();

  /**
   * Creates empty histograms.
   *
   * @param ranges the ranges of all values on the same images, from {@link Quantizer#ranges}
   */
  public Histograms(Calibration ranges) {
    this.ranges = ranges;
    ranges
        .layers()
        .forEach(
            (name, layer) -> {
              List<Histogram> all = new ArrayList<>();
              layer.ranges().forEach(range -> all.add(new Histogram(range.largest())));
              histograms.put(name, all);
            });
  }

  /**
   * {@return a graph that outputs the counts of all layers' values, for {@link #add}}
   *
   * @param graph in float32
   * @throws IllegalArgumentException if the ranges are of another model
   */
  public Graph counting(Graph graph) {
    return Quantizer.measuring(
        graph,
        ranges,
        (layers, node) -> {
          List<Tensor> values = layers.quantizedValues(node);
          List<Range> of = ranges.layers().get(layers.names().get(node)).ranges();
          Tensor counts = counts(values.get(0), of.get(0).largest());
          return values.size() == 1
              ? counts
              : Tensor.concat(0, counts, counts(values.get(1), of.get(1).largest()));
        });
  }

  private static Tensor counts(Tensor x, double largest) {
    Tensor share = x.flatten(0, -1).abs().div(largest > 0 ? largest : 1);
    Tensor bin = share.times(Histogram.BINS).clip(0, Histogram.BINS - 1).cast(DType.INT64);
    // ScatterAdd needs an update per index, also if their number is only known in a run.
    Tensor ones = bin.equal(bin).cast(DType.INT32);
    return x.constant(TensorData.of(new int[Histogram.BINS], Histogram.BINS))
        .apply(new Indexing.ScatterAdd(), bin, ones);
  }

  /**
   * Adds an image.
   *
   * @param counts the outputs of a graph of {@link #counting}
   */
  public void add(Map<String, TensorData> counts) {
    counts.forEach(
        (output, data) -> {
          long[] all = data.longs();
          int from = 0;
          for (Histogram histogram : histograms.get(Quantizer.layer(output))) {
            histogram.add(all, from);
            from += Histogram.BINS;
          }
        });
  }

  /**
   * {@return the calibration with the ranges that a method chooses}
   *
   * @param method the method
   */
  public Calibration calibration(CalibrationMethod method) {
    Map<String, Calibration.Layer> layers = new TreeMap<>();
    ranges
        .layers()
        .forEach(
            (name, layer) -> {
              List<Histogram> all = histograms.get(name);
              Range operand = method.clip(layer.operand(), all.get(0));
              Optional<Range> result = layer.result().map(r -> method.clip(r, all.get(1)));
              layers.put(
                  name, new Calibration.Layer(operand, result, layer.error(), layer.quantized()));
            });
    return new Calibration(ranges.images(), layers);
  }
}
