package dev.dovetail.bench;

import dev.dovetail.graph.Graph;
import dev.dovetail.internal.Job;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.internal.PipelineSettings;
import dev.dovetail.internal.Session;
import dev.dovetail.internal.StageClock;
import dev.dovetail.models.Model;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares the images per second of the whole pipeline with those of ONNX Runtime's {@code
 * OrtSession.run}, alternately. The pipeline reads JPEG files and produces pasted masks or label
 * maps. Both run the same graph with the same number of threads.
 */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "compares the pipeline's images per second with those of OrtSession.run alone")
final class ThroughputBench implements Callable<Integer> {

  @Mixin private Subject subject;

  @Option(
      names = "--images",
      defaultValue = "4",
      description = "images per round, rounded up to whole batches")
  private int images;

  @Option(
      names = "--passes",
      description = "batches in the model at the same time; by default 1 on the CPU, 2 on a GPU")
  private @Nullable Integer passes;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds of each side, alternately")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    return measure(subject.model());
  }

  private <R> int measure(Model<?, R> model) throws Exception {
    Graph graph = subject.graph(model);
    StageClock clock = new StageClock();
    double[] alone = new double[rounds];
    double[] complete = new double[rounds];
    double[] ratios = new double[rounds];
    int runs = (images + subject.batch() - 1) / subject.batch();
    int total = runs * subject.batch();
    PipelineSettings settings = PipelineSettings.ofCalls(subject.batch(), subject.device());
    try (RandomImages files = new RandomImages(total, subject.size());
        Session<R> whole = subject.session(model, graph);
        OneBatch session = subject.compile(graph)) {
      whole.plans().lease(subject.key()).close();
      session.run();
      Pipeline<R> pipeline =
          whole.pipeline(passes == null ? settings : settings.withPasses(passes), clock);
      for (int r = 0; r < rounds; r++) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
          session.run();
        }
        alone[r] = total / ((System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        pipeline.run(files.jobs(), (job, image, result) -> result, new Ignored<R>());
        complete[r] = total / ((System.nanoTime() - start) * 1e-9);
        ratios[r] = complete[r] / alone[r];
      }
    }
    Median median = new Median();
    System.out.printf(
        Locale.ROOT,
        "%s: pipeline %.3f images/s, %s alone %.3f images/s, ratio %.3f (median of %d"
            + " rounds of %d images; %.3f to %.3f)%n",
        subject.describe(),
        median.evaluate(complete),
        subject.measuredMethod(),
        median.evaluate(alone),
        median.evaluate(ratios),
        rounds,
        total,
        java.util.Arrays.stream(ratios).min().orElseThrow(),
        java.util.Arrays.stream(ratios).max().orElseThrow());
    System.out.println("seconds by stage (stages overlap): " + clock.seconds());
    System.out.println(clock.waiting());
    return 0;
  }

  private static final class Ignored<R> implements Pipeline.Sink<R> {
    @Override
    public void accept(Job job, R result) {}

    @Override
    public void failed(Job job, IOException reason) throws IOException {
      throw reason;
    }
  }
}
