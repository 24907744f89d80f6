package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.internal.Calibrator;
import dev.dovetail.internal.CheckpointWeights;
import dev.dovetail.internal.Evaluations;
import dev.dovetail.internal.Int8;
import dev.dovetail.internal.Memory;
import dev.dovetail.internal.OpenModel;
import dev.dovetail.internal.Weights;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model defined by a config.
 *
 * @param weights the checkpoint; random weights if empty
 * @param asked the requested network input size
 * @param calibration the value ranges of its layers, for 8-bit integers
 */
public record ConfigSubject(
    String name,
    ModelConfig config,
    Optional<Checkpoint> weights,
    Optional<Size> asked,
    Optional<Calibration> calibration)
    implements Subject {

  /**
   * A checkpoint and how it is read.
   *
   * @param key the key of the weights in the file
   * @param allowMissing whether missing parameters are initialized
   */
  public record Checkpoint(Path path, Optional<String> key, boolean allowMissing) {}

  /**
   * Checks that the size is known.
   *
   * @throws UsageException if neither the user nor the config specifies a size
   */
  public ConfigSubject {
    if (asked.isEmpty() && config.model().preprocess().target().fit() == Fit.KEEP) {
      throw new UsageException(
          name + " does not resize images: specify --size=HxW, the network input size");
    }
  }

  @Override
  public Subject calibrated(Int8 int8, Settings settings, Consumer<String> notes)
      throws IOException {
    Settings exact = Settings.on(settings.device(), Precision.FP32).threads(settings.threads());
    try (OpenedConfig opened = open(settings)) {
      Calibrator calibrator =
          new Calibrator(config.model(), opened.store(), exact, Memory.halfOfTheMachine());
      Weights origin =
          opened
              .loaded()
              .<Weights>map(
                  file ->
                      new CheckpointWeights(file.checkpoint(), weights.flatMap(Checkpoint::key)))
              .orElseGet(() -> new RandomWeights(name));
      Calibration found = int8.calibration(calibrator, config.hash(), origin, notes);
      return new ConfigSubject(name, config, weights, asked, Optional.of(found));
    }
  }

  @Override
  public OpenedConfig open(Settings settings) throws IOException {
    if (weights.isEmpty()) {
      ParameterStore random = WeightBinding.of(Map.of(), DerivedFiles.standard());
      return new OpenedConfig(this, random, Optional.empty());
    }
    Checkpoint file = weights.get();
    LoadedModel loaded =
        LoadedModel.open(config.model(), file.path(), file.key(), file.allowMissing());
    return new OpenedConfig(this, loaded.weights(), Optional.of(loaded));
  }

  /** Random weights, of which no calibration can be saved. */
  private record RandomWeights(String model) implements Weights {

    @Override
    public Path path() {
      throw new UsageException(message());
    }

    @Override
    public String sha256() {
      throw new UsageException(message());
    }

    private String message() {
      return "a saved calibration is of a checkpoint: specify --weights for " + model;
    }
  }

  private Size size() {
    Model<?, ?> model = config.model();
    return asked.orElseGet(() -> model.task().inputSize(model.preprocess()));
  }

  record OpenedConfig(ConfigSubject subject, ParameterStore store, Optional<LoadedModel> loaded)
      implements Opened {

    @Override
    public ModelConfig config() {
      return subject.config;
    }

    @Override
    public Optional<String> weights() {
      return subject.weights.map(file -> file.path().toString());
    }

    @Override
    public Optional<Integer> batch() {
      return Optional.empty();
    }

    @Override
    public Size size() {
      return subject.size();
    }

    @Override
    public Graph trace(int batch) {
      try {
        return ModelGraph.whole(config().model(), batch, size());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new UsageException(
            "the size "
                + SizeConverter.text(size())
                + " with batch size "
                + batch
                + " is not supported: "
                + (e instanceof ArithmeticException ? "it is too large" : e.getMessage())
                + "; specify another --size or --batch");
      }
    }

    @Override
    public Plan compile(Graph graph, Settings settings) throws IOException {
      return Plan.compile(graph, store, calibrated(settings));
    }

    @Override
    public EvaluationReport evaluate(EvaluationOptions options, Settings settings)
        throws IOException {
      return evaluate(config().model(), options, settings);
    }

    private <R> EvaluationReport evaluate(
        Model<?, R> model, EvaluationOptions options, Settings settings) throws IOException {
      OpenModel<R> open =
          OpenModel.of(
              config(),
              model,
              loaded.orElseThrow(),
              subject.weights.flatMap(Checkpoint::key),
              calibrated(settings),
              Memory.halfOfTheMachine());
      // The checkpoint stays open until close().
      try (var session = open.session()) {
        return Evaluations.run(open, options);
      }
    }

    private Settings calibrated(Settings settings) {
      return subject.calibration.map(settings::int8).orElse(settings);
    }

    @Override
    public void close() throws IOException {
      if (loaded.isPresent()) {
        loaded.get().close();
      }
    }
  }
}
