package dev.dovetail.cli.bench;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.internal.Memory;
import dev.dovetail.internal.RandomInputs;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Footprint;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.RepeatedRun;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A model compiled for one batch size, with inputs, that runs in alternation with other models. */
final class Lane implements AutoCloseable {

  private final Contender contender;
  private final int batch;
  private final Plan plan;
  private final RepeatedRun run;
  private final Facts facts;
  private final List<Double> milliseconds = new ArrayList<>();

  /** Facts that are known before the first timed run. */
  private record Facts(
      Measurement.Work work, Measurement.FirstResult first, Measurement.MemoryUse memory) {}

  private Lane(Contender contender, int batch, Plan plan, RepeatedRun run, Facts facts) {
    this.contender = contender;
    this.batch = batch;
    this.plan = plan;
    this.run = run;
    this.facts = facts;
  }

  /**
   * Compiles a model and runs it once.
   *
   * @throws IOException if that fails, or memory is insufficient
   * @throws IllegalArgumentException if the model does not support the batch size or its size
   */
  static Lane of(Contender contender, int batch, Settings settings, GrownMemory memory)
      throws IOException {
    Subject.Opened model = contender.opened();
    Stopwatch watch = new Stopwatch();
    Graph graph = model.trace(batch);
    double traced = watch.lap();
    requireMemory(graph, settings);
    watch.lap();
    Plan plan = model.compile(graph, settings);
    try {
      double compiled = watch.lap();
      Map<String, TensorData> inputs = RandomInputs.of(plan.inputs(), 1);
      watch.lap();
      runOnce(plan, inputs, model.weights().isEmpty());
      double ran = watch.lap();
      RepeatedRun run = plan.repeat(inputs);
      Facts facts =
          new Facts(
              work(graph),
              new Measurement.FirstResult(contender.seconds(), traced, compiled, ran),
              memory.grown());
      return new Lane(contender, batch, plan, run, facts);
    } catch (IOException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  /** Random weights may produce non-finite values, which do not change the work. */
  private static void runOnce(Plan plan, Map<String, TensorData> inputs, boolean random)
      throws IOException {
    try {
      plan.run(inputs);
    } catch (NotFiniteException e) {
      if (!random) {
        throw e;
      }
    }
  }

  /** Fails early, since on the CPU the system would kill the process without a message. */
  private static void requireMemory(Graph graph, Settings settings) throws IOException {
    for (var input : graph.inputs().entrySet()) {
      if (input.getValue().shape().elements() > Integer.MAX_VALUE - 8) {
        throw new UsageException(
            "the input '"
                + input.getKey()
                + "' would have more than 2^31 values; specify a smaller --batch or --size");
      }
    }
    if (!(settings.device() instanceof Device.Cpu)) {
      return;
    }
    Footprint footprint = Footprint.of(graph, settings.precision());
    long needed = footprint.weights() + footprint.activations();
    long free = Memory.available();
    if (needed > free) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it needs an estimated %.1f GB of memory or more, but %.1f GB are free; specify a"
                  + " smaller --batch or --size, or fewer models",
              needed / 1e9,
              free / 1e9));
    }
  }

  private static Measurement.Work work(Graph graph) {
    Cost cost = Cost.perScope(graph).get("");
    return new Measurement.Work(cost.parameters(), cost.macs(), Cost.isPartial(graph));
  }

  Contender contender() {
    return contender;
  }

  int batch() {
    return batch;
  }

  /** Runs once, untimed. */
  void warmUp() throws IOException {
    run.nanoseconds();
  }

  /** Runs once, timed. */
  void time() throws IOException {
    milliseconds.add(run.nanoseconds() * 1e-6);
  }

  boolean isTimed() {
    return !milliseconds.isEmpty();
  }

  Measurement measurement(double ceiling) {
    return new Measurement(
        contender.name(),
        batch,
        contender.opened().size(),
        facts.work(),
        new Timings(milliseconds.stream().mapToDouble(Double::doubleValue).toArray()),
        ceiling,
        facts.first(),
        facts.memory());
  }

  @Override
  public void close() {
    run.close();
    plan.close();
  }
}
