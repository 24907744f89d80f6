package dev.dovetail.bench;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.models.Model;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Seconds from a config to a plan that can run. */
@Command(
    name = "compile",
    mixinStandardHelpOptions = true,
    description = "seconds of tracing, writing and compiling one plan")
final class CompileBench implements Callable<Integer> {

  @Mixin private Subject subject;

  @Option(names = "--rounds", defaultValue = "3", description = "how often")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    Settings settings = subject.settings();
    WeightBinding weights = subject.weights();
    // The first write makes the files of random weights, which a checkpoint would bring.
    OnnxWriter.write(
        subject.graph(subject.model()),
        settings.dialect(),
        settings.precision(),
        weights,
        Map.of());
    for (int r = 0; r < rounds; r++) {
      long start = System.nanoTime();
      Model<?, ?> model = subject.model();
      Graph graph = subject.graph(model);
      long traced = System.nanoTime();
      Plan.compile(graph, weights, settings).close();
      long compiled = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "%s: traced %d nodes in %.3f s, compiled in %.2f s%n",
          subject.describe(),
          graph.nodes().size(),
          (traced - start) * 1e-9,
          (compiled - traced) * 1e-9);
    }
    return 0;
  }
}
