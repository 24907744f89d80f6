package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.internal.Evaluations;
import dev.dovetail.internal.ExportedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file exported by Dovetail, with fixed size, batch size and precision.
 *
 * @param asked the requested network input size
 */
public record FileSubject(String name, Path file, Optional<Size> asked) implements Subject {

  @Override
  public Opened open(Settings settings) throws IOException {
    ExportedModel model = ExportedModel.read(file, settings);
    try {
      if (asked.isPresent() && !asked.get().equals(model.size())) {
        throw new UsageException(
            "the file is for "
                + SizeConverter.text(model.size())
                + ", not for --size "
                + SizeConverter.text(asked.get()));
      }
      if (model.settings().precision() != settings.precision()) {
        throw new UsageException(
            "the file has the precision "
                + model.settings().precision().label()
                + ": specify --precision "
                + model.settings().precision().label());
      }
      return new OpenedFile(file, model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Reuses the loaded plan for the measurement. A profile loads the file again. */
  private static final class OpenedFile implements Opened {

    private final Path file;
    private final ModelConfig config;
    private final Size size;
    private final int batch;
    private Optional<ExportedModel> loaded;

    OpenedFile(Path file, ExportedModel model) {
      this.file = file;
      this.config = model.config();
      this.size = model.size();
      this.batch = model.batch();
      this.loaded = Optional.of(model);
    }

    @Override
    public ModelConfig config() {
      return config;
    }

    @Override
    public Optional<String> weights() {
      return Optional.of(file.toString());
    }

    @Override
    public Optional<Integer> batch() {
      return Optional.of(batch);
    }

    @Override
    public Size size() {
      return size;
    }

    @Override
    public Graph trace(int asked) {
      if (asked != batch) {
        throw new UsageException(
            "the file is for batch size " + batch + ", not for --batch " + asked);
      }
      return ModelGraph.whole(config.model(), batch, size);
    }

    @Override
    public Plan compile(Graph graph, Settings settings) throws IOException {
      if (loaded.isPresent() && !settings.profiled()) {
        Plan plan = loaded.get().plan();
        loaded = Optional.empty();
        return plan;
      }
      return Plan.open(file, settings);
    }

    @Override
    public EvaluationReport evaluate(EvaluationOptions options, Settings settings)
        throws IOException {
      try (var open = ExportedModel.read(file, settings).open()) {
        return Evaluations.run(open, options);
      }
    }

    @Override
    public void close() {
      loaded.ifPresent(ExportedModel::close);
    }
  }
}
