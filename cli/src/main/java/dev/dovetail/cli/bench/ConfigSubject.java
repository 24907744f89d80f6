package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.internal.Evaluations;
import dev.dovetail.internal.Memory;
import dev.dovetail.internal.OpenModel;
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

/**
 * A model defined by a config.
 *
 * @param weights the checkpoint; random weights if empty
 * @param asked the requested network input size
 */
public record ConfigSubject(
    String name, ModelConfig config, Optional<Checkpoint> weights, Optional<Size> asked)
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
  public Opened open(Settings settings) throws IOException {
    if (settings.precision() == Precision.INT8) {
      throw new UsageException(
          "--precision int8 is for exported int8 files: run 'dovetail export' for "
              + name
              + " first");
    }
    if (weights.isEmpty()) {
      ParameterStore random = WeightBinding.of(Map.of(), DerivedFiles.standard());
      return new OpenedConfig(this, random, Optional.empty());
    }
    Checkpoint file = weights.get();
    LoadedModel loaded =
        LoadedModel.open(config.model(), file.path(), file.key(), file.allowMissing());
    return new OpenedConfig(this, loaded.weights(), Optional.of(loaded));
  }

  private Size size() {
    Model<?, ?> model = config.model();
    return asked.orElseGet(() -> model.task().inputSize(model.preprocess()));
  }

  private record OpenedConfig(
      ConfigSubject subject, ParameterStore store, Optional<LoadedModel> loaded) implements Opened {

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
      return Plan.compile(graph, store, settings);
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
              settings,
              Memory.halfOfTheMachine());
      // The checkpoint stays open until close().
      try (var session = open.session()) {
        return Evaluations.run(open, options);
      }
    }

    @Override
    public void close() throws IOException {
      if (loaded.isPresent()) {
        loaded.get().close();
      }
    }
  }
}
