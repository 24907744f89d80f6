package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.internal.ModelCost;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reports the cost of a model by scope, and how a checkpoint matches the model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts a model's parameters and multiply-accumulates by scope, and reports how the keys"
          + " of a checkpoint match. Exits with 1 if the checkpoint does not fit the model.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail inspect upernet-vit-comer-small --size 512x512 --depth 3"
    })
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.CheckpointFile weights;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "network input size (default: the size at which the model was published)")
  private Size size;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "2",
      description = "levels of scopes to print (default: ${DEFAULT-VALUE}); the JSON contains all")
  private int depth;

  @Option(
      names = "--graph",
      description =
          "print the graph from pixels to results instead of the counts, one node per line:"
              + " results, operator and operands, each with its shape")
  private boolean graph;

  @Option(
      names = "--placement",
      description =
          "run the model once with random weights, and print which device runs each node and"
              + " which attention kernels are used")
  private boolean placement;

  @ArgGroup(exclusive = false)
  private ModelOptions.Where where;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    if (depth < 1) {
      throw new UsageException("--depth " + depth + ": expected at least 1");
    }
    if (graph && json.replacesText()) {
      throw new UsageException("--graph prints text, which --json replaces; use --json=FILE");
    }
    if (where != null && !placement) {
      throw new UsageException("--device and --precision require --placement");
    }
    if (graph && placement) {
      throw new UsageException("--graph and --placement are mutually exclusive");
    }
    NamedModel named = model.find();
    ModelConfig config = named.config();
    ModelCost cost = cost(config.model());
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("config", config.hash());
    cost.writeTo(document);
    String text = placement ? placed(config.model(), document) : text(config.model(), cost);
    Optional<Path> compared = weights.path(named);
    if (compared.isEmpty()) {
      json.report(text, document);
      return Main.OK;
    }
    try (Checkpoint checkpoint = Checkpoint.open(compared.get(), weights.key())) {
      CheckpointMatch match = CheckpointMatch.of(config.model(), checkpoint);
      LoadReport report = match.report();
      ModelOptions.CheckpointFile.say(match.notes(), spec.commandLine().getErr());
      document.set("weights", json(report));
      match.notes().forEach(document.withObject("/weights").withArray("notes")::add);
      String matches =
          report.complete()
              ? System.lineSeparator() + report.describe() + System.lineSeparator()
              : "";
      json.report(text + matches, document);
      match.requireComplete(false);
    }
    return Main.OK;
  }

  /** Returns the output: the graph, or the counts. */
  private String text(Model<?, ?> traced, ModelCost cost) {
    return graph
        ? traced(traced, at -> ModelGraph.whole(traced, 1, at).describe())
        : cost.table(depth);
  }

  private String placed(Model<?, ?> model, ObjectNode document) throws IOException {
    Settings settings = where == null ? Settings.cpu() : where.settings();
    if (settings.precision() == Precision.INT8) {
      throw new UsageException("--placement supports --precision fp32 and fp16");
    }
    Graph whole = traced(model, at -> ModelGraph.whole(model, 1, at));
    ParameterStore random = WeightBinding.of(Map.of(), DerivedFiles.standard());
    Placement found = Placement.of(whole, random, settings);
    found.writeTo(document);
    return found.text(settings);
  }

  private ModelCost cost(Model<?, ?> traced) {
    return traced(traced, at -> ModelCost.of(traced, at));
  }

  /** Traces the model at the requested size, or at its own size. */
  private <T> T traced(Model<?, ?> model, Function<Size, T> trace) {
    try {
      return trace.apply(size == null ? model.task().inputSize(model.preprocess()) : size);
    } catch (IllegalArgumentException e) {
      if (size == null) {
        throw e;
      }
      throw new UsageException("--size " + SizeConverter.text(size) + ": " + e.getMessage());
    }
  }

  private static ObjectNode json(LoadReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("checkpoint", report.source());
    json.put("complete", report.complete());
    json.put("matched", report.matched().size());
    report.missing().forEach(w -> json.withArray("missing").add(w.name()));
    report.unexpected().forEach(t -> json.withArray("unexpected").add(t.name()));
    report
        .mismatched()
        .forEach(
            m -> {
              ObjectNode mismatch = json.withArray("mismatched").addObject();
              mismatch.put("name", m.wanted().name());
              m.wanted().shape().forEach(mismatch.withArray("wanted")::add);
              m.found().shape().forEach(mismatch.withArray("found")::add);
              mismatch.put("type", m.found().type().toString());
            });
    ObjectNode unused = json.putObject("unused");
    report.unused().forEach(unused::put);
    return json;
  }
}
