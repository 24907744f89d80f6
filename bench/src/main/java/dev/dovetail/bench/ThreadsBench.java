package dev.dovetail.bench;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.formats.Size;
import dev.dovetail.images.ImageSource;
import dev.dovetail.internal.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares two ways to run one model, in images per second. On one side, several threads predict
 * single images, with one thread per operator. On the other side, a single thread predicts batches,
 * with all cores per operator.
 */
@Command(
    name = "threads",
    mixinStandardHelpOptions = true,
    description = "compares many threads on one model with one thread that uses batches")
final class ThreadsBench implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "a model, as for Dovetail.model")
  private String model;

  @Option(names = "--weights", required = true, description = "the checkpoint")
  private Path weights;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      required = true,
      description = "the size of the images")
  private String size;

  @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda or cuda:N")
  private String device;

  @Option(names = "--threads", defaultValue = "8", description = "threads on one model")
  private int threads;

  @Option(names = "--batch", defaultValue = "4", description = "the batch size")
  private int batch;

  @Option(names = "--images", defaultValue = "32", description = "images per round")
  private int images;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds of each side, alternately")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    Size pixels = Subject.size("--size", size);
    double[] together = new double[rounds];
    double[] batches = new double[rounds];
    double[] ratios = new double[rounds];
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (RandomImages files = new RandomImages(images, pixels);
        DovetailModel shared = open(1);
        DovetailModel whole = open(0)) {
      List<ImageSource> sources = files.jobs().stream().map(Job::source).toList();
      together(pool, shared, sources);
      whole.predict(sources, batch);
      for (int r = 0; r < rounds; r++) {
        long start = System.nanoTime();
        together(pool, shared, sources);
        together[r] = images / ((System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        whole.predict(sources, batch);
        batches[r] = images / ((System.nanoTime() - start) * 1e-9);
        ratios[r] = together[r] / batches[r];
      }
    } finally {
      pool.shutdownNow();
    }
    Median median = new Median();
    System.out.printf(
        Locale.ROOT,
        "%s at %s on %s: %d threads %.3f images/s, one thread with batches of %d %.3f images/s,"
            + " ratio %.3f (median of %d rounds of %d images; %.3f to %.3f)%n",
        Path.of(model).getFileName(),
        size,
        device,
        threads,
        median.evaluate(together),
        batch,
        median.evaluate(batches),
        median.evaluate(ratios),
        rounds,
        images,
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow());
    return 0;
  }

  private DovetailModel open(int threadsForAnOperator) throws IOException {
    return Dovetail.model(model)
        .weights(weights)
        .device(device)
        .threads(threadsForAnOperator)
        .open();
  }

  private static void together(ExecutorService pool, DovetailModel model, List<ImageSource> sources)
      throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (ImageSource source : sources) {
      running.add(pool.submit(() -> model.predict(source)));
    }
    for (Future<?> future : running) {
      future.get();
    }
  }
}
