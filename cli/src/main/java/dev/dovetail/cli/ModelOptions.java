package dev.dovetail.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.dovetail.backbones.Preset;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.models.ClassifierConfig;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.DidYouMean;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that name a model and say where it runs. */
final class ModelOptions {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "a JSON config or the name of one below configs/, a Hugging Face directory, or the name"
              + " of a backbone that 'dovetail list' shows")
  private String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "override a value of the config, such as head.classes=3; may be repeated")
  private List<String> overrides = new ArrayList<>();

  private final PartRegistry registry = PartRegistry.load();

  /** Reads and checks the config. */
  ModelConfig config() throws IOException {
    Optional<HuggingFaceDirectory> directory = directory();
    if (directory.isPresent()) {
      return ModelConfig.of(directory.get().modelConfig(registry), name, overrides, registry);
    }
    Optional<Path> file = file();
    if (file.isPresent()) {
      return ModelConfig.read(file.get(), overrides, registry);
    }
    Preset preset =
        registry.presets().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(this::unknown);
    return ModelConfig.of(ClassifierConfig.of(preset), name, overrides, registry);
  }

  /** The directory that is named, if it is one of Hugging Face's. */
  Optional<HuggingFaceDirectory> directory() throws IOException {
    Path path = Path.of(name);
    return HuggingFaceDirectory.is(path)
        ? Optional.of(HuggingFaceDirectory.read(path, registry))
        : Optional.empty();
  }

  /** The weights that come with the model itself. */
  Optional<Path> ownWeights() {
    Path path = Path.of(name);
    return HuggingFaceDirectory.is(path) ? Optional.of(path) : Optional.empty();
  }

  private Optional<Path> file() {
    Path home = Path.of(System.getProperty("dovetail.home", "."));
    return Stream.of(
            Path.of(name),
            home.resolve(name),
            home.resolve("configs").resolve(name),
            home.resolve("configs").resolve(name + ".json"))
        .filter(file -> Files.exists(file) && !Files.isDirectory(file))
        .findFirst();
  }

  private ConfigException unknown() {
    Path configs = Path.of(System.getProperty("dovetail.home", ".")).resolve("configs");
    List<String> presets = registry.presets().stream().map(Preset::name).toList();
    return new ConfigException(
        Files.isDirectory(Path.of(name))
            ? name + " is a folder without a config.json"
            : "there is no config "
                + name
                + ", nor one of that name below "
                + configs.normalize()
                + ", nor a backbone of that name"
                + DidYouMean.near(name, presets));
  }

  /** The options that name a checkpoint. */
  static final class CheckpointFile {

    @Option(
        names = "--weights",
        paramLabel = "W",
        description =
            "the checkpoint: .pth, .safetensors, .npz, or a folder with one (a Hugging Face"
                + " directory has its own)")
    private Path file;

    @Option(
        names = "--weights-key",
        paramLabel = "KEY",
        description =
            "where in the checkpoint the weights are, if it has several sets, such as model_ema or"
                + " ema.module")
    private String key;

    /** The checkpoint that is given, else the model's own. */
    Optional<Path> path(ModelOptions model) {
      Optional<Path> path = Optional.ofNullable(file).or(model::ownWeights);
      if (key != null && path.isEmpty()) {
        throw new UsageException("--weights-key needs --weights, the checkpoint it is a key of");
      }
      return path;
    }

    Optional<String> key() {
      return Optional.ofNullable(key);
    }

    /** Says on a console how a checkpoint was read. */
    static void say(List<String> notes, PrintWriter err) {
      notes.forEach(note -> err.println("dovetail: " + note));
    }
  }

  /** The options that say which weights a model gets. */
  static final class Weights {

    @Mixin private CheckpointFile checkpoint;

    @Option(
        names = "--allow-missing",
        description =
            "initialise what the checkpoint lacks and leave out what the model does not know")
    private boolean allowMissing;

    /**
     * Opens the checkpoint that is given, else the model's own.
     *
     * @param err where it is said how the checkpoint was read
     */
    LoadedModel open(ModelOptions model, ModelConfig config, PrintWriter err) throws IOException {
      Path chosen =
          checkpoint
              .path(model)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Missing required option: '--weights=W', the checkpoint"));
      LoadedModel loaded =
          LoadedModel.open(config.model(), chosen, checkpoint.key(), allowMissing);
      CheckpointFile.say(loaded.notes(), err);
      return loaded;
    }

    /** The key that the user gave. */
    Optional<String> key() {
      return checkpoint.key();
    }
  }

  /** The options that say where and how a model computes. */
  static final class Where {

    @Option(
        names = "--device",
        paramLabel = "D",
        defaultValue = "cpu",
        description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE})")
    private String device;

    @Option(
        names = "--precision",
        paramLabel = "P",
        defaultValue = "fp32",
        description = "fp32 or fp16 (default: ${DEFAULT-VALUE})")
    private Precision precision;

    Settings settings() {
      try {
        return Settings.on(Device.parse(device), precision);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--device: " + e.getMessage());
      }
    }
  }

  /** The option that bounds the memory of compiled plans, where a run has several. */
  static final class PlanMemory {

    @Option(
        names = "--plan-memory",
        paramLabel = "GB",
        description =
            "how much the compiled plans of all image sizes may take together (default: half of"
                + " the machine's memory)")
    private Double gigabytes;

    /** Bytes that compiled plans may take together. */
    long bytes() {
      if (gigabytes == null) {
        OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getTotalMemorySize() / 2;
      }
      if (!(gigabytes > 0)) {
        throw new UsageException("--plan-memory " + gigabytes + ": expected a number above 0");
      }
      return (long) (gigabytes * (1L << 30));
    }
  }
}
