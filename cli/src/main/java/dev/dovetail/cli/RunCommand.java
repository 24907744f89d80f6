package dev.dovetail.cli;

import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.internal.Version;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the bare network on tensors, for comparison with other implementations. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the bare network on tensors, in one pass without sliding windows.",
      "",
      "Inputs: image or pixel_values, the normalized image as float32 [batch, 3, height,"
          + " width]; for detection also img_shape, int [batch, 2] (default: the whole input),"
          + " and scale_factor, float32 [batch, 4] (default: 1).",
      "Outputs: f1 to f4 of the adapter; logits, or boxes, scores, labels, mask_probs (or"
          + " mask_logits). The objects of a single image have no batch axis; for several images,"
          + " count is the number of valid objects of each. For a classifier: logits. For a Hugging"
          + " Face directory: the outputs of transformers by name (hidden_states.0, logits).",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail run reference/coco-maskrcnn --weights checkpoint.pth \\",
      "    --inputs in.safetensors --outputs out.safetensors --tap neck.p3"
    })
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--inputs",
      required = true,
      paramLabel = "I",
      description = "the input file (.safetensors, .npz or .pth)")
  private Path inputs;

  @Option(
      names = "--outputs",
      required = true,
      paramLabel = "O",
      description = "the safetensors file to write")
  private Path outputs;

  @Option(
      names = "--tap",
      paramLabel = "SCOPE",
      description = "also write the output of a scope, such as backbone.interactions.0; repeatable")
  private List<String> taps = List.of();

  @Mixin private ModelOptions.Where where;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    OutputOption.check(spec, "--outputs", outputs);
    NamedModel named = model.find();
    Settings settings = where.settings();
    if (settings.precision() == Precision.INT8) {
      throw new UsageException("--precision int8 needs images: use predict, eval or export");
    }
    try (Checkpoint checkpoint = Checkpoint.open(inputs);
        LoadedModel loaded = weights.load(named, spec.commandLine().getErr())) {
      TensorInputs tensors = new TensorInputs(checkpoint);
      TensorData image = tensors.image();
      Graph graph = tapped(graph(named, loaded, image.type().shape()));
      Map<String, TensorData> values = inputs(tensors, image, graph);
      TensorOutputs results;
      try (Plan plan = Plan.compile(graph, loaded.weights(), settings)) {
        results = TensorOutputs.of(finite(plan, values));
      }
      results.write(
          outputs,
          Map.of(
              "dovetail.version", Version.dovetail(),
              "dovetail.config", named.config().hash(),
              "dovetail.precision", settings.precision().toString()));
      json.report(results.table(), results.json());
    }
    return Main.OK;
  }

  /**
   * Returns a value for every input of the graph. Missing values default to those of an image that
   * fills the input.
   */
  private Map<String, TensorData> inputs(TensorInputs tensors, TensorData image, Graph graph)
      throws IOException {
    int batch = image.type().shape().dim(0);
    Map<String, TensorData> values = new LinkedHashMap<>();
    List<String> known = new ArrayList<>(TensorInputs.IMAGE);
    for (String name : graph.inputs().keySet()) {
      switch (name) {
        case "pixel_values" -> values.put(name, image);
        case "img_shape", "ori_shape" ->
            values.put(name, tensors.has(name) ? tensors.integers(name, batch, 2) : whole(image));
        case "scale_factor" ->
            values.put(name, tensors.has(name) ? tensors.floats(name, batch, 4) : ones(batch));
        default -> throw new IllegalStateException("an input " + name);
      }
      if (!known.contains(name)) {
        known.add(name);
      }
    }
    List<String> others = tensors.others(known);
    if (!others.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "dovetail: ignored tensors that are not inputs of this model: "
                  + String.join(", ", others)
                  + " (its inputs: "
                  + String.join(", ", known)
                  + ")");
    }
    return values;
  }

  private static TensorData whole(TensorData image) {
    int batch = image.type().shape().dim(0);
    long[] shapes = new long[2 * batch];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = image.type().shape().dim(2 + i % 2);
    }
    return TensorData.of(shapes, batch, 2);
  }

  private static TensorData ones(int batch) {
    float[] ones = new float[4 * batch];
    java.util.Arrays.fill(ones, 1);
    return TensorData.of(ones, batch, 4);
  }

  private static Graph graph(NamedModel named, LoadedModel loaded, Shape image) throws IOException {
    Optional<HuggingFaceDirectory> directory = named.directory();
    return directory.isPresent()
        ? directory.get().graph(loaded.model(), image.dim(0), image.dim(2), image.dim(3))
        : ModelGraph.bare(loaded.model(), image.dim(0), new Size(image.dim(2), image.dim(3)));
  }

  private Graph tapped(Graph graph) {
    Map<String, Tensor> all = new LinkedHashMap<>(graph.outputs());
    for (String tap : taps) {
      all.put(tap, graph.value(tap).orElseThrow(() -> unknownTap(tap, graph)));
    }
    return graph.withOutputs(all);
  }

  /**
   * Runs the plan.
   *
   * @throws IOException if a result is not finite. The message names all outputs that are not
   *     finite, so that taps show where the problem starts. Tapped values alone may be infinite,
   *     since masks are.
   */
  private Map<String, TensorData> finite(Plan plan, Map<String, TensorData> values)
      throws IOException {
    Map<String, TensorData> results;
    String problem = "";
    try {
      results = plan.run(values);
    } catch (NotFiniteException e) {
      results = e.outputs();
      problem = e.getMessage();
    }
    List<String> nonFinite =
        results.entrySet().stream()
            .filter(result -> result.getValue().oddities() > 0)
            .map(Map.Entry::getKey)
            .toList();
    if (problem.isEmpty() && taps.containsAll(nonFinite)) {
      return results;
    }
    throw new IOException(
        (problem.isEmpty() ? "the results are not finite" : problem)
            + "; outputs with NaN or infinite values: "
            + String.join(", ", nonFinite));
  }

  private static UsageException unknownTap(String tap, Graph graph) {
    List<String> below = graph.values().keySet().stream().filter(v -> v.startsWith(tap)).toList();
    String hint = DidYouMean.hint(tap, below.isEmpty() ? graph.values().keySet() : below);
    return new UsageException("--tap: there is no output of a scope '" + tap + "'" + hint);
  }
}
