package dev.dovetail.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.bench.ConfigSubject.Checkpoint;
import dev.dovetail.cli.console.ModelNames;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.console.WeightsName;
import dev.dovetail.formats.Size;
import dev.dovetail.internal.ExportedModel;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options that specify the models to measure. */
public final class BenchModels {

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description =
          "JSON configs, names of configs in configs/, built-in models or backbones that"
              + " 'dovetail list' shows, Hugging Face directories, or exported .onnx files")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--backbones",
      split = ",",
      paramLabel = "NAME",
      description =
          "backbones that 'dovetail list' shows, each measured with the same --head (needs --size)")
  private List<String> backbones = new ArrayList<>();

  @Option(
      names = "--adapter",
      paramLabel = "TYPE",
      description = "for --backbones: the adapter between backbone and head, such as plain")
  private String adapter;

  @Option(
      names = "--neck",
      paramLabel = "TYPE",
      description = "for --backbones: the neck before the head, such as fpn")
  private String neck;

  @Option(
      names = "--head",
      paramLabel = "TYPE",
      description = "for --backbones: the head, such as upernet")
  private String head;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "override a value in all configs, such as head.classes=3; repeatable")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--weights",
      paramLabel = "W",
      description =
          WeightsName.FORMS
              + "; repeat the option for each model without built-in weights, in order"
              + " (default: random weights)")
  private List<String> weights = new ArrayList<>();

  @Option(
      names = "--weights-key",
      paramLabel = "KEY",
      description = "key of the weights in checkpoints with several sets")
  private String key;

  @Option(
      names = "--allow-missing",
      description =
          "initialize parameters that a checkpoint lacks, and ignore keys that the model lacks")
  private boolean allowMissing;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** A model by name, and its own weights. */
  private record Found(String name, Optional<ModelConfig> config, Optional<Path> own) {}

  /**
   * Finds all models and reads their configs.
   *
   * @param size the requested network input size
   * @param notes receives notes about how configs were read
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a model does not exist, a config is invalid, or options
   *     contradict each other
   */
  public List<Subject> find(Optional<Size> size, Consumer<String> notes) throws IOException {
    check(size);
    List<Found> found = new ArrayList<>();
    for (String name : names) {
      found.add(ExportedModel.is(name) ? exported(name) : named(name));
    }
    for (String name : backbones) {
      ModelConfig config = ModelConfig.of(tree(name), name, overrides, PartRegistry.load());
      found.add(new Found(name, Optional.of(config), Optional.empty()));
    }
    found.forEach(f -> f.config().ifPresent(config -> config.notes().forEach(notes)));
    return subjects(found, size);
  }

  private void check(Optional<Size> size) {
    if (names.isEmpty() && backbones.isEmpty()) {
      throw new UsageException("Missing required parameter: 'MODEL', or --backbones with --head");
    }
    if (backbones.isEmpty() && (adapter != null || neck != null || head != null)) {
      throw new UsageException(
          "--adapter, --neck and --head need --backbones, the backbones to combine them with");
    }
    if (!backbones.isEmpty() && head == null) {
      throw new UsageException("--backbones needs --head, such as --head upernet");
    }
    if (!backbones.isEmpty() && size.isEmpty()) {
      throw new UsageException("--backbones needs --size=HxW, the network input size");
    }
    if (key != null && weights.isEmpty()) {
      throw new UsageException(
          "--weights-key needs --weights, the checkpoint that contains the key");
    }
  }

  private Found exported(String name) {
    if (!overrides.isEmpty()) {
      throw new UsageException(name + " is an exported file with a fixed config; omit --set");
    }
    return new Found(name, Optional.empty(), Optional.of(Path.of(name)));
  }

  private Found named(String name) throws IOException {
    NamedModel named = NamedModel.find(name, overrides, note -> {});
    return new Found(name, Optional.of(named.config()), named.ownWeights());
  }

  private ObjectNode tree(String backbone) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    put(tree, Part.Kind.BACKBONE, backbone);
    put(tree, Part.Kind.ADAPTER, adapter);
    put(tree, Part.Kind.NECK, neck);
    put(tree, Part.Kind.HEAD, head);
    return tree;
  }

  private static void put(ObjectNode tree, Part.Kind kind, String type) {
    if (type != null) {
      tree.putObject(kind.section()).put("type", type);
    }
  }

  private List<Subject> subjects(List<Found> found, Optional<Size> size) throws IOException {
    long without = found.stream().filter(f -> f.own().isEmpty()).count();
    if (!weights.isEmpty() && weights.size() != without) {
      throw new UsageException(
          "--weights is specified "
              + weights.size()
              + " times, but "
              + without
              + " of the models have no weights of their own; specify one --weights for each of"
              + " these models");
    }
    Deque<Path> paths = new ArrayDeque<>();
    for (String name : weights) {
      paths.add(WeightsName.path(name, spec.commandLine().getErr()));
    }
    List<Subject> subjects = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (Found model : found) {
      seen.add(model.name());
      long before = seen.stream().filter(model.name()::equals).count();
      String name = before == 1 ? model.name() : model.name() + " (" + before + ")";
      if (model.config().isEmpty()) {
        subjects.add(new FileSubject(name, Path.of(model.name()), size));
        continue;
      }
      Optional<Checkpoint> checkpoint =
          model.own().isPresent()
              ? model.own().map(path -> new Checkpoint(path, Optional.empty(), false))
              : Optional.ofNullable(paths.poll())
                  .map(path -> new Checkpoint(path, Optional.ofNullable(key), allowMissing));
      subjects.add(
          new ConfigSubject(name, model.config().get(), checkpoint, size, Optional.empty()));
    }
    return subjects;
  }
}
