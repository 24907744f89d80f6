package dev.dovetail.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Measures the milliseconds of one batch, in {@code OrtSession.run} or {@code Plan.run},
 * alternately with another program. That program writes a number of runs to each line of the
 * standard input. To measure a single model, use the command {@code bench}.
 */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description =
        "prints the milliseconds of one batch, for the number of runs in each line of the standard"
            + " input")
final class LatencyBench implements Callable<Integer> {

  private static final int WARMUP = 5;

  @Mixin private Subject subject;

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    try (OneBatch session = subject.compile(subject.graph(subject.model()))) {
      long compiled = System.nanoTime();
      mean(session, 1);
      long first = System.nanoTime();
      mean(session, WARMUP);
      System.out.printf(
          Locale.ROOT,
          "ready, compiled in %.1f s, first run in %.1f s%n",
          (compiled - start) * 1e-9,
          (first - compiled) * 1e-9);
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.printf(Locale.ROOT, "%.4f%n", mean(session, Integer.parseInt(line.strip())));
      }
    }
    return 0;
  }

  private static double mean(OneBatch session, int runs) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      session.run();
    }
    return (System.nanoTime() - start) * 1e-6 / runs;
  }
}
