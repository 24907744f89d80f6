package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.cli.bench.BenchResult.BatchProfile;
import dev.dovetail.cli.bench.BenchResult.Failure;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.Problem;
import dev.dovetail.graph.TensorData;
import dev.dovetail.internal.Int8;
import dev.dovetail.internal.RandomInputs;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Profile;
import dev.dovetail.runtime.RepeatedRun;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * Measures models in alternation. At each batch size, all models are compiled. Each model then runs
 * once per round, and large matrix products are timed in between as an upper bound of the device. A
 * model that fails is skipped.
 */
public final class Bench {

  /** Maximum number of timed matrix products, distributed over the rounds. */
  private static final int PRODUCTS = 20;

  private static final int PROFILED = 10;
  private static final int PROFILE_WARMUP = 2;

  private final BenchSettings settings;
  private final PrintWriter err;
  private final BooleanSupplier stopped;
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /** A step that may fail for one model. */
  private interface Step {
    void run() throws IOException;
  }

  /**
   * Creates a benchmark that can be run once.
   *
   * @param err receives progress
   * @param stopped whether to stop and return the measurements so far; checked between runs
   */
  public Bench(BenchSettings settings, PrintWriter err, BooleanSupplier stopped) {
    this.settings = settings;
    this.err = err;
    this.stopped = stopped;
  }

  /**
   * Measures models.
   *
   * @throws IOException if the device is not usable for any model
   */
  public BenchResult run(List<? extends Subject> subjects) throws IOException {
    List<Contender> contenders = subjects.stream().map(Contender::new).toList();
    try (Ceiling ceiling = Ceiling.of(settings.runtime())) {
      for (Contender contender : contenders) {
        calibrate(contender);
      }
      try (ConsoleProgress progress = ConsoleProgress.of(err, "runs")) {
        int batches = Math.max(1, settings.batches().size());
        int each = 1 + settings.warmup() + settings.runs();
        progress.start(contenders.size() * batches * each, 0);
        for (OptionalInt batch : batches()) {
          measure(contenders, batch, ceiling, progress);
        }
      }
      for (Contender contender : contenders) {
        profile(contender);
      }
      for (Contender contender : contenders) {
        evaluate(contender);
      }
      Map<String, BenchResult.Model> models = new LinkedHashMap<>();
      contenders.stream().filter(Contender::isOpen).forEach(c -> models.put(c.name(), c.facts()));
      return new BenchResult(
          models, measurements, failures, ceiling.extent(), stopped.getAsBoolean());
    } finally {
      for (Contender contender : contenders) {
        contender.close();
      }
    }
  }

  /** Calibrates a model for 8-bit integers; its time counts for no measurement. */
  private void calibrate(Contender contender) throws IOException {
    if (settings.int8().isEmpty() || stopped.getAsBoolean()) {
      return;
    }
    try (ConsoleProgress progress = ConsoleProgress.of(err, "calibration runs")) {
      Int8 int8 = settings.int8().get().withProgress(new StoppableProgress(progress, stopped));
      attempt(
          contender,
          OptionalInt.empty(),
          () ->
              contender.calibrate(
                  int8,
                  settings.runtime(),
                  note -> progress.say("dovetail: " + contender.name() + ": " + note)));
    }
  }

  private List<OptionalInt> batches() {
    return settings.batches().isEmpty()
        ? List.of(OptionalInt.empty())
        : settings.batches().stream().map(OptionalInt::of).toList();
  }

  private void measure(
      List<Contender> contenders, OptionalInt batch, Ceiling ceiling, ConsoleProgress progress)
      throws IOException {
    List<Lane> lanes = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        if (!stopped.getAsBoolean() && !contender.isRefused()) {
          attempt(
              contender,
              batch,
              () -> {
                lanes.add(prepare(contender, batch));
                progress.step();
              });
        }
      }
      List<Lane> running = new ArrayList<>(lanes);
      for (int i = 0; i < settings.warmup(); i++) {
        round(running, Lane::warmUp, progress);
      }
      List<Double> products = new ArrayList<>();
      for (int i = 0; i < settings.runs() && !stopped.getAsBoolean(); i++) {
        if (i % Math.max(1, settings.runs() / PRODUCTS) == 0) {
          products.add(ceiling.milliseconds());
        }
        round(running, Lane::time, progress);
      }
      double mean = products.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
      double limit = ceiling.operations() / (mean * 1e-3);
      lanes.stream()
          .filter(Lane::isTimed)
          .map(l -> l.measurement(limit))
          .forEach(measurements::add);
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  private Lane prepare(Contender contender, OptionalInt batch) throws IOException {
    GrownMemory memory = GrownMemory.since(settings.runtime().device());
    contender.open(settings.runtime());
    int images = batch.orElse(contender.opened().batch().orElse(1));
    return Lane.of(contender, images, settings.runtime(), memory);
  }

  /** One run of a model. */
  private interface LaneRun {
    void of(Lane lane) throws IOException;
  }

  /** Runs every model once. Models that fail are removed. */
  private void round(List<Lane> running, LaneRun run, ConsoleProgress progress) throws IOException {
    for (Iterator<Lane> lanes = running.iterator(); lanes.hasNext(); ) {
      if (stopped.getAsBoolean()) {
        return;
      }
      Lane lane = lanes.next();
      if (!attempt(lane.contender(), OptionalInt.of(lane.batch()), () -> run.of(lane))) {
        lanes.remove();
      }
      progress.step();
    }
  }

  private void profile(Contender contender) throws IOException {
    List<Integer> measured =
        measurements.stream()
            .filter(m -> settings.profiled() && m.model().equals(contender.name()))
            .map(Measurement::batch)
            .toList();
    for (int batch : measured) {
      if (!stopped.getAsBoolean()) {
        attempt(
            contender,
            OptionalInt.of(batch),
            () -> profile(contender.opened(), batch).ifPresent(contender::add));
      }
    }
  }

  /** Profiles a model; empty if the benchmark was stopped before the first profiled run. */
  private Optional<BatchProfile> profile(Subject.Opened model, int batch) throws IOException {
    Settings profiled = settings.runtime().withProfile();
    try (Plan plan = model.compile(model.trace(batch), profiled)) {
      Map<String, TensorData> inputs = RandomInputs.of(plan.inputs(), 1);
      try (RepeatedRun run = plan.repeat(inputs)) {
        int runs = PROFILE_WARMUP + Math.min(PROFILED, settings.runs());
        for (int i = 0; i < runs && !stopped.getAsBoolean(); i++) {
          run.nanoseconds();
        }
      }
      Profile profile = plan.profile(PROFILE_WARMUP);
      return profile.runs() > 0 ? Optional.of(new BatchProfile(batch, profile)) : Optional.empty();
    }
  }

  private void evaluate(Contender contender) throws IOException {
    Optional<EvaluationOptions> asked = settings.evaluation();
    if (asked.isEmpty() || !contender.isOpen() || stopped.getAsBoolean()) {
      return;
    }
    try (ConsoleProgress progress = ConsoleProgress.of(err, "images")) {
      EvaluationOptions options =
          asked.get().toBuilder().progress(new StoppableProgress(progress, stopped)).build();
      attempt(
          contender,
          OptionalInt.empty(),
          () -> contender.scored(contender.opened().evaluate(options, settings.runtime())));
    }
  }

  /**
   * Runs a step, records its failure, and returns whether it succeeded. Bugs of the program end the
   * benchmark.
   */
  private boolean attempt(Contender contender, OptionalInt batch, Step step) throws IOException {
    try {
      step.run();
      return true;
    } catch (InterruptedIOException e) {
      if (!stopped.getAsBoolean()) {
        throw e;
      }
      return false;
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      Optional<Problem> problem = Problem.of(e);
      if (problem.isEmpty()) {
        throw e;
      }
      failures.add(new Failure(contender.name(), batch, problem.get()));
      return false;
    }
  }
}
