package dev.dovetail.bench;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.internal.CompiledPlans;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.internal.PlanKey;
import dev.dovetail.internal.Session;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subject of a measurement: a model with random weights at one size. */
final class Subject {

  @Parameters(index = "0", paramLabel = "MODEL", description = "a model, as for the command bench")
  private String name;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "override a value of the config")
  private List<String> overrides = List.of();

  @Option(
      names = "--size",
      paramLabel = "HxW",
      required = true,
      description = "the input size of the network")
  private String size;

  @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda or cuda:N")
  private String device;

  @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or fp16")
  private Precision precision;

  @Option(names = "--batch", defaultValue = "1", description = "the batch size")
  private int batch;

  @Option(
      names = "--end",
      split = ",",
      paramLabel = "SCOPE",
      description =
          "output only one number of each of these values, such as backbone.f1, to exclude the"
              + " time for copying results")
  private List<String> ends = List.of();

  @Option(
      names = "--plan",
      description =
          "measure plans of the library, on the engine that the device uses, instead of"
              + " OrtSession.run with ONNX Runtime's defaults")
  private boolean plan;

  /**
   * Builds the model such that images of the size enter the network unchanged.
   *
   * @throws IOException if the config cannot be read
   */
  Model<?, ?> model() throws IOException {
    List<String> all = new java.util.ArrayList<>(overrides);
    Size s = size();
    int longEdge = Math.max(s.height(), s.width());
    int shortEdge = Math.min(s.height(), s.width());
    all.add("preprocess.scale=[" + longEdge + "," + shortEdge + "]");
    return NamedModel.find(name, all, note -> {}).config().model();
  }

  Size size() {
    return size("--size", size);
  }

  /**
   * Parses a size in the form of the options.
   *
   * @throws IllegalArgumentException if it is not a size
   */
  static Size size(String option, String text) {
    if (!text.matches("\\d{1,5}x\\d{1,5}")) {
      throw new IllegalArgumentException(option + " " + text + ": expected HxW, such as 512x512");
    }
    int x = text.indexOf('x');
    return new Size(
        Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
  }

  PlanKey key() {
    return new PlanKey(batch, size());
  }

  Graph graph(Model<?, ?> model) {
    Graph graph = ModelGraph.whole(model, batch, size());
    return ends.isEmpty() ? graph : graph.withOutputs(numbers(graph));
  }

  int batch() {
    return batch;
  }

  /** Compiles the graph, to be measured without the pipeline. */
  OneBatch compile(Graph graph) throws Exception {
    return plan ? OneBatch.ofPlan(graph, this) : BareSession.of(graph, this);
  }

  /** Returns pixels that differ from each other, and sizes of images without padding. */
  Map<String, TensorData> inputs(Graph graph) {
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    graph.inputs().forEach((input, t) -> inputs.put(input, input(t.type())));
    return inputs;
  }

  private TensorData input(TensorType type) {
    int count = Math.toIntExact(type.shape().elements());
    return switch (type.dtype()) {
      case UINT8 -> {
        ByteBuffer pixels = ByteBuffer.allocateDirect(count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          pixels.put(i, (byte) (i * 31));
        }
        yield TensorData.of(type, pixels);
      }
      case INT64 -> {
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) {
          sizes[i] = i % 2 == 0 ? size().height() : size().width();
        }
        yield TensorData.of(sizes, type.shape().dims());
      }
      default -> {
        float[] scales = new float[count];
        Arrays.fill(scales, 1);
        yield TensorData.of(scales, type.shape().dims());
      }
    };
  }

  /** {@return the name of the method that a compiled graph runs} */
  String measuredMethod() {
    return plan ? "Plan.run" : "OrtSession.run";
  }

  Device device() {
    return Device.parse(device);
  }

  private Map<String, Tensor> numbers(Graph graph) {
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    for (String end : ends) {
      Tensor value =
          graph
              .value(end)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--end " + end + ": " + name + " does not contain it"));
      numbers.put(end, value.flatten(1, -1).slice(1, 0, 1));
    }
    return numbers;
  }

  /** Returns a session with a single plan for the graph. */
  <R> Session<R> session(Model<?, R> model, Graph graph) throws IOException {
    return new Session<>(
        model.task(),
        model.preprocess().preparation(),
        CompiledPlans.of(key -> graph, weights(), settings(), Long.MAX_VALUE));
  }

  Settings settings() {
    return Settings.on(device(), precision);
  }

  /** Returns random values for all parameters, which are the same in each run. */
  WeightBinding weights() throws IOException {
    return WeightBinding.of(Map.of(), DerivedFiles.standard());
  }

  String describe() {
    return name
        + " at "
        + size
        + " on "
        + device
        + ", "
        + precision.name().toLowerCase(java.util.Locale.ROOT);
  }
}
