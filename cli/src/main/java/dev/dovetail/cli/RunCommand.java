package dev.dovetail.cli;

import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.image.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.Task;
import dev.dovetail.models.config.DidYouMean;
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

/** The bare model on tensors, for comparing with other implementations. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the bare model on tensors, in one pass without windows.",
      "",
      "Inputs: image or pixel_values, the normalised image as float32 [batch, 3, height, width];"
          + " for detection also img_shape, int [batch, 2] (default: the whole input), and"
          + " scale_factor, float32 [batch, 4] (default: 1).",
      "Outputs: f1 to f4 of the adapter; logits, or boxes, scores, labels, mask_probs. The objects"
          + " of a single image have no batch axis; of several, count says how many are real. Of a"
          + " classifier: logits. Of a Hugging Face directory: transformers' outputs by their names"
          + " (hidden_states.0, logits).",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail run reference/coco-maskrcnn --weights checkpoint.pth \\",
      "    --inputs in.safetensors --outputs out.safetensors --tap neck.p3"
    })
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec verb;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--inputs",
      required = true,
      paramLabel = "I",
      description = "a safetensors file (.npz and .pth serve as well)")
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
      description =
          "also write the value of a scope, such as backbone.interactions.0; may be repeated")
  private List<String> taps = List.of();

  @Mixin private ModelOptions.Where where;
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    OutputOption.check(verb, "--outputs", outputs);
    ModelConfig config = model.config();
    Settings settings = where.settings();
    try (Checkpoint given = Checkpoint.open(inputs);
        LoadedModel loaded = weights.open(model, config, verb.commandLine().getErr())) {
      Map<String, TensorData> values = inputs(new TensorInputs(given), loaded.model().task());
      Graph graph = tapped(graph(loaded, values));
      TensorOutputs results;
      try (Plan plan = Plan.compile(graph, loaded.weights(), settings)) {
        results = TensorOutputs.of(finite(plan, values));
      }
      results.write(
          outputs,
          Map.of(
              "dovetail.version", Versions.dovetail(),
              "dovetail.config", config.hash(),
              "dovetail.precision", settings.precision().toString()));
      json.report(results.table(), results.json());
    }
    return Dovetail.OK;
  }

  private Map<String, TensorData> inputs(TensorInputs given, Task task) throws IOException {
    Map<String, TensorData> values = new LinkedHashMap<>();
    TensorData image = given.image();
    values.put("pixel_values", image);
    List<String> known = new ArrayList<>(TensorInputs.IMAGE);
    if (task instanceof Task.Instances) {
      known.addAll(List.of("img_shape", "scale_factor"));
      int batch = image.type().shape().dim(0);
      values.put(
          "img_shape",
          given.has("img_shape") ? given.integers("img_shape", batch, 2) : whole(image));
      values.put(
          "scale_factor",
          given.has("scale_factor") ? given.floats("scale_factor", batch, 4) : ones(batch));
    }
    List<String> others = given.others(known);
    if (!others.isEmpty()) {
      verb.commandLine()
          .getErr()
          .println(
              "dovetail: not inputs of this model and left out: "
                  + String.join(", ", others)
                  + " (it takes "
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

  private Graph graph(LoadedModel loaded, Map<String, TensorData> values) throws IOException {
    int[] dims = values.get("pixel_values").type().shape().dims();
    Optional<HuggingFaceDirectory> directory = model.directory();
    return directory.isPresent()
        ? directory.get().graph(loaded.model(), dims[0], dims[2], dims[3])
        : ModelGraph.bare(loaded.model(), dims[0], new Size(dims[2], dims[3]));
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
   * @throws IOException if a result is not finite; the message names all outputs that are not, so
   *     that taps show where it begins. What is only tapped may be infinite, as masks are
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
    List<String> odd =
        results.entrySet().stream()
            .filter(result -> !result.getValue().isFinite())
            .map(Map.Entry::getKey)
            .toList();
    if (problem.isEmpty() && taps.containsAll(odd)) {
      return results;
    }
    throw new IOException(
        (problem.isEmpty() ? "the results are not finite" : problem)
            + "; of the outputs these hold NaN or infinite values: "
            + String.join(", ", odd));
  }

  private static UsageException unknownTap(String tap, Graph graph) {
    List<String> below = graph.values().keySet().stream().filter(v -> v.startsWith(tap)).toList();
    String hint = DidYouMean.hint(tap, below.isEmpty() ? graph.values().keySet() : below);
    return new UsageException("--tap: there is no value of a scope '" + tap + "'" + hint);
  }
}
