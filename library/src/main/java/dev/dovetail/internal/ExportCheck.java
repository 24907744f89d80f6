package dev.dovetail.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.core.DType;
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
import java.util.SplittableRandom;

/** An exported file compared with the model that it was made from, on one random image. */
public record ExportCheck(List<Output> outputs) {

  private static final long SEED = 20_240_229;

  /** Share of the pixels that near ties may decide the other way. */
  private static final double MOST_PIXELS = 1e-3;

  /** Of an output's largest value; noise is 5e-6 and a mistake 1e-4 (as for the fixtures). */
  private static final double MOST_OF_LARGEST = 1e-4;

  /** Pixels. */
  private static final double MOST_BOX = 1e-2;

  /**
   * One output.
   *
   * @param difference the largest between two elements; of whole numbers the share of those that
   *     differ, of counts the share that was counted differently; infinite where the shapes differ
   * @param allowed the most that rounding explains
   */
  public record Output(String name, TensorType type, double difference, double allowed) {

    public boolean passed() {
      return difference <= allowed;
    }
  }

  /**
   * Runs both.
   *
   * @param pixelOutputs of the task, see {@link dev.dovetail.tasks.Task#pixelOutputs}
   * @param settings for the model; the file runs on the same device
   */
  public static ExportCheck of(
      Path file, Graph graph, Set<String> pixelOutputs, ParameterStore weights, Settings settings)
      throws IOException {
    Map<String, TensorData> inputs = inputs(graph);
    Map<String, TensorData> expected;
    try (Plan plan = Plan.compile(graph, weights, settings)) {
      expected = plan.run(inputs);
    }
    Map<String, TensorData> found;
    try (Plan plan = Plan.open(file, settings)) {
      found = plan.run(inputs);
    }
    List<Output> outputs = new ArrayList<>();
    expected.forEach(
        (name, value) -> {
          double integers = pixelOutputs.contains(name) ? MOST_PIXELS : 0;
          outputs.add(compare(name, value, found.get(name), integers));
        });
    return new ExportCheck(outputs);
  }

  /** A random image for each input of the graph. */
  static Map<String, TensorData> inputs(Graph graph) {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    TensorType image =
        graph.inputs().getOrDefault("image", graph.inputs().get("pixel_values")).type();
    boolean pixels = image.dtype() == DType.UINT8;
    int batch = image.shape().dim(0);
    int height = image.shape().dim(pixels ? 1 : 2);
    int width = image.shape().dim(pixels ? 2 : 3);
    graph
        .inputs()
        .forEach(
            (name, input) -> {
              int[] dims = input.shape().dims();
              inputs.put(
                  name,
                  switch (name) {
                    case "image" -> TensorData.of(photo(random, batch, height, width), dims);
                    case "pixel_values" -> TensorData.of(noise(random, dims), dims);
                    case "img_shape" -> TensorData.of(repeat(batch, height, width), dims);
                    case "ori_shape" -> TensorData.of(repeat(batch, 2 * height, 2 * width), dims);
                    case "scale_factor" -> TensorData.of(halves(batch), dims);
                    default -> throw new IllegalStateException("an input " + name);
                  });
            });
    return inputs;
  }

  /** Coloured areas with edges and grain, so that there is something to be found. */
  private static byte[] photo(SplittableRandom random, int batch, int height, int width) {
    int cell = 32;
    int columns = width / cell + 1;
    byte[] colours = new byte[(height / cell + 1) * columns * 3];
    random.nextBytes(colours);
    byte[] pixels = new byte[batch * height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      int c = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width % height;
      int colour = colours[(y / cell * columns + x / cell) * 3 + c] & 0xff;
      pixels[i] = (byte) Math.max(0, Math.min(255, colour + random.nextInt(31) - 15));
    }
    return pixels;
  }

  private static float[] noise(SplittableRandom random, int[] dims) {
    float[] values = new float[dims[0] * dims[1] * dims[2] * dims[3]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * random.nextDouble() - 2);
    }
    return values;
  }

  private static long[] repeat(int batch, long height, long width) {
    long[] shapes = new long[2 * batch];
    for (int i = 0; i < batch; i++) {
      shapes[2 * i] = height;
      shapes[2 * i + 1] = width;
    }
    return shapes;
  }

  private static float[] halves(int batch) {
    float[] values = new float[4 * batch];
    java.util.Arrays.fill(values, 0.5f);
    return values;
  }

  private static Output compare(
      String name, TensorData expected, TensorData found, double mostOfIntegers) {
    TensorType type = expected.type();
    if (!type.equals(found.type())) {
      return new Output(name, found.type(), Double.POSITIVE_INFINITY, 0);
    }
    if (!type.dtype().isFloat()) {
      boolean counts = mostOfIntegers > 0 && type.shape().rank() == 2;
      double share = counts ? countedApart(expected, found) : differing(expected, found);
      return new Output(name, type, share, mostOfIntegers);
    }
    float[] e = expected.floats();
    float[] f = found.floats();
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < e.length; i++) {
      // Not a number on both sides is equal, on one side it is not.
      worst = Float.compare(e[i], f[i]) == 0 ? worst : larger(worst, Math.abs(e[i] - f[i]));
      largest = Math.max(largest, Math.abs(e[i]));
    }
    double allowed = name.equals("boxes") ? MOST_BOX : MOST_OF_LARGEST * Math.max(1, largest);
    return new Output(name, type, worst, allowed);
  }

  private static double differing(TensorData expected, TensorData found) {
    long[] e = expected.longs();
    long[] f = found.longs();
    long differing = 0;
    for (int i = 0; i < e.length; i++) {
      differing += e[i] == f[i] ? 0 : 1;
    }
    return e.length == 0 ? 0 : (double) differing / e.length;
  }

  private static double countedApart(TensorData expected, TensorData found) {
    long[] e = expected.longs();
    long[] f = found.longs();
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
