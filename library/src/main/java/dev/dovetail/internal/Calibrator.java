package dev.dovetail.internal;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.graph.int8.Histograms;
import dev.dovetail.graph.int8.Quantizer;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs a model on sample images to find which layers can compute in 8-bit integers, and their value
 * ranges.
 *
 * @param model the model
 * @param weights its weights
 * @param settings the settings for float32
 * @param memory the maximum memory of compiled plans in bytes
 */
public record Calibrator(
    Model<?, ?> model, ParameterStore weights, Settings settings, long memory) {

  /** The maximum number of images. If there are more, evenly spaced ones are used. */
  public static final int MOST_IMAGES = 32;

  /** The maximum number of images to measure errors on. */
  private static final int MOST_COMPARED = 8;

  /** The maximum error of a layer in 8-bit integers, relative to its result. */
  public static final double MOST_OF_LAYER = 0.1;

  /** If the error of the model's outputs exceeds this, more layers return to float32. */
  public static final double MOST_OF_OUTPUTS = 0.1;

  /**
   * The maximum number of times that more layers return to float32. Each time, {@link #SHARE} of
   * the remaining layers do.
   */
  private static final int ROUNDS = 4;

  private static final double SHARE = 0.1;

  /** Each layer in both forms, the whole model in float32, and in 8-bit integers. */
  private static final int COMPARISONS = 3;

  /**
   * A calibration and its error.
   *
   * @param method how its ranges were derived from the images
   * @param error the root mean square difference from float32 of the network's outputs (logits, box
   *     deltas), relative to the outputs' root mean square; empty if all outputs depend on regions
   *     that the network selects
   */
  public record Result(Calibration calibration, CalibrationMethod method, OptionalDouble error) {}

  /**
   * Calibrates the model.
   *
   * @param images at least one image
   * @param method how ranges are derived from the images
   * @param progress receives one step per run of an image
   * @throws InterruptedIOException if the listener cancels the calibration
   * @throws IOException if an image cannot be used or a run fails
   */
  public Result calibrate(
      List<? extends ImageSource> images, CalibrationMethod method, Progress progress)
      throws IOException {
    List<ImageSource> chosen = spread(images, MOST_IMAGES);
    List<ImageSource> compared = spread(chosen, MOST_COMPARED);
    Runs runs = new Runs(this, progress);
    int passes = method.needsHistograms() ? 2 : 1;
    progress.start(passes * chosen.size() + COMPARISONS * compared.size(), 0);
    Calibration ranges = ranges(chosen, method, runs);
    Calibration calibration =
        Quantizer.withErrors(
            ranges,
            runs.outputs(compared, settings, graph -> Quantizer.comparing(graph, ranges)),
            MOST_OF_LAYER);
    List<Map<String, TensorData>> exact =
        runs.outputs(compared, settings, Calibrator::networkOutputs);
    OptionalDouble error = error(compared, calibration, exact, runs);
    for (int i = 0; i < ROUNDS && error.orElse(0) > MOST_OF_OUTPUTS; i++) {
      calibration = calibration.withFloat32((int) Math.ceil(SHARE * calibration.quantized()));
      progress.start(compared.size(), 0);
      error = error(compared, calibration, exact, runs);
    }
    return new Result(calibration, method, error);
  }

  private Calibration ranges(List<ImageSource> images, CalibrationMethod method, Runs runs)
      throws IOException {
    Calibration ranges = Quantizer.ranges(runs.outputs(images, settings, Quantizer::observing));
    if (!method.needsHistograms()) {
      return ranges;
    }
    Histograms histograms = new Histograms(ranges);
    runs.forEach(images, settings, histograms::counting, histograms::add);
    return histograms.calibration(method);
  }

  private static List<ImageSource> spread(List<? extends ImageSource> images, int most) {
    int count = Math.min(images.size(), most);
    List<ImageSource> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(images.get((int) ((long) i * images.size() / count)));
    }
    return chosen;
  }

  /** Runs of transformed graphs. */
  private record Runs(Calibrator of, Progress progress) {

    /** Returns the outputs for each image. */
    List<Map<String, TensorData>> outputs(
        List<ImageSource> images, Settings how, UnaryOperator<Graph> form) throws IOException {
      List<Map<String, TensorData>> all = new ArrayList<>();
      forEach(images, how, form, all::add);
      return all;
    }

    void forEach(
        List<ImageSource> images,
        Settings how,
        UnaryOperator<Graph> form,
        Consumer<Map<String, TensorData>> outputs)
        throws IOException {
      CompiledPlans plans =
          CompiledPlans.of(
              key -> form.apply(ModelGraph.whole(of.model, key.batch(), key.padded())),
              of.weights,
              how,
              of.memory);
      try (Session<?> session =
          new Session<>(of.model.task(), of.model.preprocess().preparation(), plans)) {
        for (ImageSource source : images) {
          if (progress.cancelled()) {
            throw new InterruptedIOException("the calibration was cancelled");
          }
          Image image = source.read();
          try {
            outputs.accept(session.outputs(image));
          } finally {
            source.release(image);
          }
          progress.step();
        }
      }
    }
  }

  /**
   * Returns a graph that ends with the network's outputs, except those that depend on a selection.
   */
  private static Graph networkOutputs(Graph graph) {
    Set<Node> chosen = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Selection
          || node.inputs().stream().anyMatch(t -> chosen.contains(t.node()))) {
        chosen.add(node);
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    graph.oddities().keySet().stream()
        .filter(name -> !chosen.contains(graph.values().get(name).node()))
        .forEach(name -> outputs.put(name, graph.values().get(name)));
    return graph.withOutputs(outputs);
  }

  private OptionalDouble error(
      List<ImageSource> images,
      Calibration calibration,
      List<Map<String, TensorData>> exact,
      Runs runs)
      throws IOException {
    List<Map<String, TensorData>> quantized =
        runs.outputs(images, settings.int8(calibration), Calibrator::networkOutputs);
    double worst = -1;
    for (String output : exact.get(0).keySet()) {
      double difference = 0;
      double size = 0;
      for (int i = 0; i < exact.size(); i++) {
        float[] a = exact.get(i).get(output).floats();
        float[] b = quantized.get(i).get(output).floats();
        for (int j = 0; j < a.length; j++) {
          difference += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
          size += (double) a[j] * a[j];
        }
      }
      worst = Math.max(worst, size > 0 ? Math.sqrt(difference / size) : 0);
    }
    return worst < 0 ? OptionalDouble.empty() : OptionalDouble.of(worst);
  }
}
