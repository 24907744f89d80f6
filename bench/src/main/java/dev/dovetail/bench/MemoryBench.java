package dev.dovetail.bench;

import dev.dovetail.graph.Graph;
import dev.dovetail.internal.Job;
import dev.dovetail.internal.Memory;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.internal.PipelineSettings;
import dev.dovetail.internal.Session;
import dev.dovetail.internal.StageClock;
import dev.dovetail.models.Model;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the peak resident memory during inference on many images (Linux). */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description = "measures the peak resident memory while images pass through the pipeline")
final class MemoryBench implements Callable<Integer> {

  @Mixin private Subject subject;

  @Option(names = "--images", defaultValue = "4", description = "number of images")
  private int images;

  @Override
  public Integer call() throws Exception {
    return measure(subject.model());
  }

  private <R> int measure(Model<?, R> model) throws Exception {
    Graph graph = subject.graph(model);
    try (RandomImages files = new RandomImages(images, subject.size());
        Session<R> session = subject.session(model, graph)) {
      session
          .pipeline(PipelineSettings.ofCalls(1, subject.device()), new StageClock())
          .run(files.jobs(), (job, image, result) -> result, new Report<R>());
      System.out.printf(
          Locale.ROOT,
          "%s: at most %.2f GB resident, Java heap at most %.2f GB, plan estimated at %.2f GB%n",
          subject.describe(),
          gigabytes(Memory.mostResident()),
          Runtime.getRuntime().maxMemory() / 1e9,
          session.plans().statistics().bytes() / 1e9);
    }
    return 0;
  }

  private static final class Report<R> implements Pipeline.Sink<R> {
    @Override
    public void accept(Job job, R result) {
      System.out.printf(
          Locale.ROOT, "image %d: %.2f GB resident%n", job.id(), gigabytes(Memory.resident()));
    }

    @Override
    public void failed(Job job, IOException reason) throws IOException {
      throw reason;
    }
  }

  /** Returns a figure in GB that only Linux reports. */
  private static double gigabytes(OptionalLong bytes) {
    return bytes.orElseThrow(
            () -> new IllegalStateException("/proc/self/status: this benchmark needs Linux"))
        / 1e9;
  }
}
