package dev.dovetail.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.TextTable;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Compares an exported file with its model on one random image. */
public record ExportCheck(List<Output> outputs) {

  /** The maximum share of pixels that may differ because of near ties. */
  private static final double MOST_PIXELS = 1e-3;

  /**
   * The maximum difference relative to an output's largest value. Rounding causes differences of
   * about 5e-6, and an error in the graph about 1e-4, as in the tests on reference data.
   */
  private static final double MOST_OF_LARGEST = 1e-4;

  /** The maximum difference of box coordinates in pixels. */
  private static final double MOST_BOX = 1e-2;

  /**
   * The comparison of one output.
   *
   * @param difference the largest difference of two elements; for integers, the share of elements
   *     that differ; for counts, the share that was counted differently; infinite if the shapes
   *     differ
   * @param allowed the largest difference that rounding explains
   */
  public record Output(String name, TensorType type, double difference, double allowed) {

    public boolean passed() {
      return difference <= allowed;
    }
  }

  /**
   * Runs the file and the model.
   *
   * @param pixelOutputs the task's {@link dev.dovetail.tasks.Task#pixelOutputs}
   * @param settings the settings of the model; the file runs on the same device
   */
  public static ExportCheck of(
      Path file, Graph graph, Set<String> pixelOutputs, ParameterStore weights, Settings settings)
      throws IOException {
    Map<String, TensorType> types = new LinkedHashMap<>();
    graph.inputs().forEach((name, input) -> types.put(name, input.type()));
    Map<String, TensorData> inputs = RandomInputs.of(types, 2);
    Map<String, TensorData> expected;
    try (Plan plan = Plan.compile(graph, weights, settings)) {
      expected = plan.run(inputs);
    }
    Map<String, TensorData> actual;
    try (Plan plan = Plan.open(file, settings)) {
      actual = plan.run(inputs);
    }
    List<Output> outputs = new ArrayList<>();
    expected.forEach(
        (name, value) -> {
          double integers = pixelOutputs.contains(name) ? MOST_PIXELS : 0;
          outputs.add(compare(name, value, actual.get(name), integers));
        });
    return new ExportCheck(outputs);
  }

  private static Output compare(
      String name, TensorData expected, TensorData actual, double mostOfIntegers) {
    TensorType type = expected.type();
    if (!type.equals(actual.type())) {
      return new Output(name, actual.type(), Double.POSITIVE_INFINITY, 0);
    }
    if (!type.dtype().isFloat()) {
      boolean counts = mostOfIntegers > 0 && type.shape().rank() == 2;
      double share = counts ? countedApart(expected, actual) : differing(expected, actual);
      return new Output(name, type, share, mostOfIntegers);
    }
    float[] e = expected.floats();
    float[] f = actual.floats();
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < e.length; i++) {
      // NaN equals NaN, but differs from any other value.
      worst = Float.compare(e[i], f[i]) == 0 ? worst : larger(worst, Math.abs(e[i] - f[i]));
      largest = Math.max(largest, Math.abs(e[i]));
    }
    double allowed = name.equals("boxes") ? MOST_BOX : MOST_OF_LARGEST * Math.max(1, largest);
    return new Output(name, type, worst, allowed);
  }

  private static double differing(TensorData expected, TensorData actual) {
    long[] e = expected.longs();
    long[] f = actual.longs();
    long differing = 0;
    for (int i = 0; i < e.length; i++) {
      differing += e[i] == f[i] ? 0 : 1;
    }
    return e.length == 0 ? 0 : (double) differing / e.length;
  }

  private static double countedApart(TensorData expected, TensorData actual) {
    long[] e = expected.longs();
    long[] f = actual.longs();
    long apart = 0;
    long all = 0;
    for (int i = 0; i < e.length; i++) {
      apart += Math.abs(e[i] - f[i]);
      all += e[i];
    }
    return (double) apart / Math.max(1, all);
  }

  private static double larger(double worst, double difference) {
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
  }

  public boolean passed() {
    return outputs.stream().allMatch(Output::passed);
  }

  public String table() {
    TextTable table = new TextTable(List.of("output", "type", "difference", "allowed"));
    for (Output o : outputs) {
      table.add(
          List.of(o.name(), o.type().toString(), number(o.difference()), number(o.allowed())));
    }
    return table.text();
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2g", value);
  }

  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Output o : outputs) {
      ObjectNode output = json.putObject(o.name());
      output.put("type", o.type().toString());
      output.put("difference", o.difference());
      output.put("allowed", o.allowed());
    }
    return json;
  }
}
