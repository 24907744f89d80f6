package dev.dovetail.cli;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.MissingWeightsException;
import dev.dovetail.ModelBuilder;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingOptions;
import dev.dovetail.cli.console.ModelNames;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.console.WeightsName;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.internal.ExportedModel;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engines;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options that specify a model and where it runs. */
final class ModelOptions {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      completionCandidates = ModelNames.class,
      description =
          "a JSON config, the name of a config in configs/, a built-in model or backbone that"
              + " 'dovetail list' shows, or a Hugging Face directory")
  private String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "override a config value, such as head.classes=3; repeatable")
  private List<String> overrides = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Finds a model with tensors as inputs, and reads its config. */
  NamedModel find() throws IOException {
    NamedModel named = NamedModel.find(name, overrides, note -> {});
    PrintWriter err = spec.commandLine().getErr();
    named.config().notes().forEach(note -> err.println("dovetail: warning: " + note));
    return named;
  }

  /**
   * Returns a builder for a model with images as inputs. Warns if its files lack information about
   * the inputs.
   */
  ModelBuilder builder() {
    PrintWriter err = spec.commandLine().getErr();
    ModelBuilder builder = Dovetail.model(name).notes(note -> err.println("dovetail: " + note));
    overrides.forEach(builder::set);
    return builder;
  }

  /** Returns whether the model is an exported file. */
  boolean isExported() {
    return ExportedModel.is(name);
  }

  /** Returns a builder for training the model. */
  TrainingOptions.Builder training(TrainingData data, Path out) {
    TrainingOptions.Builder builder = TrainingOptions.of(name, data, out);
    overrides.forEach(builder::set);
    return builder;
  }

  /** Options that specify a checkpoint. */
  static final class CheckpointFile {

    @Option(
        names = "--weights",
        paramLabel = "W",
        description =
            WeightsName.FORMS + " (built-in models and Hugging Face directories include their own)")
    private String name;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--weights-key",
        paramLabel = "KEY",
        description =
            "key of the weights in a checkpoint with several sets, such as model_ema or ema.module")
    private String key;

    /** Returns the checkpoint of {@code --weights}, downloading it if necessary. */
    Optional<Path> given() throws IOException {
      return name == null
          ? Optional.empty()
          : Optional.of(WeightsName.path(name, spec.commandLine().getErr()));
    }

    /** Returns the checkpoint of {@code --weights}, or else the model's own. */
    Optional<Path> path(NamedModel model) throws IOException {
      Optional<Path> specified = given();
      Optional<Path> path = specified.isPresent() ? specified : model.ownWeights();
      requireFor(path.isPresent());
      return path;
    }

    private void requireFor(boolean hasWeights) {
      if (key != null && !hasWeights) {
        throw new UsageException(
            "--weights-key needs --weights, the checkpoint that contains the key");
      }
    }

    Optional<String> key() {
      return Optional.ofNullable(key);
    }

    /** Prints notes about how a checkpoint was read. */
    static void say(List<String> notes, PrintWriter err) {
      notes.forEach(note -> err.println("dovetail: " + note));
    }
  }

  /** Options that specify the weights of a model. */
  static final class Weights {

    @Mixin private CheckpointFile checkpoint;

    @Option(
        names = "--allow-missing",
        description =
            "initialize parameters that the checkpoint lacks, and ignore keys that the model lacks")
    private boolean allowMissing;

    /** Opens the model with the checkpoint of {@code --weights}, or else with its own. */
    DovetailModel open(ModelBuilder builder) throws IOException {
      checkpoint.given().ifPresent(builder::weights);
      checkpoint.key().ifPresent(builder::weightsKey);
      if (allowMissing) {
        builder.allowMissing();
      }
      try {
        return builder.open();
      } catch (MissingWeightsException e) {
        checkpoint.requireFor(false);
        throw missing(e.usualWeights());
      }
    }

    private static UsageException missing(Optional<String> usual) {
      return new UsageException(
          "Missing required option: '--weights=W', the checkpoint"
              + usual.map(where -> " (the usual weights: " + where + ")").orElse(""));
    }

    /**
     * Opens the checkpoint of {@code --weights}, or else the model's own.
     *
     * @param err receives notes about how the checkpoint was read
     */
    LoadedModel load(NamedModel model, PrintWriter err) throws IOException {
      Path chosen = checkpoint.path(model).orElseThrow(() -> missing(model.config().weights()));
      LoadedModel loaded =
          LoadedModel.open(model.config().model(), chosen, checkpoint.key(), allowMissing);
      CheckpointFile.say(loaded.notes(), err);
      return loaded;
    }
  }

  /** Options that specify where and how a model is computed. */
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
        description =
            "fp32, fp16, or int8 (on the CPU, with --calibrate) (default: ${DEFAULT-VALUE})")
    private Precision precision;

    /** Returns the precision of the computation. */
    Precision precision() {
      return precision;
    }

    /** Returns the runtime settings that these options specify. */
    ModelBuilder on(ModelBuilder builder) {
      Settings chosen = settings();
      Engines.choice(chosen.device()).ifPresent(line -> System.err.println("dovetail: " + line));
      return builder.device(chosen.device().toString()).precision(chosen.precision());
    }

    Settings settings() {
      try {
        return Settings.on(Device.parse(device), precision);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--device: " + e.getMessage());
      }
    }
  }

  /** Option that limits the memory of compiled plans in runs with several plans. */
  static final class PlanMemory {

    @Option(
        names = "--plan-memory",
        paramLabel = "GB",
        description =
            "memory limit of the compiled plans of all image sizes together (default: half of"
                + " the machine's memory)")
    private Double gigabytes;

    /** Returns the memory limit of compiled plans. */
    ModelBuilder in(ModelBuilder builder) {
      if (gigabytes == null) {
        return builder;
      }
      if (!(gigabytes > 0)) {
        throw new UsageException(
            "--plan-memory " + gigabytes + ": expected a number greater than 0");
      }
      return builder.planMemory((long) (gigabytes * (1L << 30)));
    }
  }
}
