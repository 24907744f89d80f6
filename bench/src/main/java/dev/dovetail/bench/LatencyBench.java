package dev.dovetail.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Milliseconds of one image through {@code OrtSession.run}. Another program takes turns with it by
 * writing a number of runs on each line of its standard input.
 */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description =
        "milliseconds of OrtSession.run on one image; with --turns for each number of runs that a"
            + " line of the standard input names")
final class LatencyBench implements Callable<Integer> {

  @Mixin private Subject subject;

  @Option(names = "--runs", defaultValue = "20", description = "runs to take the mean of")
  private int runs;

  @Option(names = "--turns", description = "wait for numbers of runs on the standard input")
  private boolean turns;

  @Override
  public Integer call() throws Exception {
    try (BareSession session = BareSession.of(subject.graph(subject.model()), subject)) {
      mean(session, Math.max(3, runs / 4));
      if (!turns) {
        System.out.printf(Locale.ROOT, "%s: %.3f ms%n", subject.describe(), mean(session, runs));
        return 0;
      }
      System.out.println("ready");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.printf(Locale.ROOT, "%.4f%n", mean(session, Integer.parseInt(line.strip())));
      }
    }
    return 0;
  }

  private static double mean(BareSession session, int runs) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      session.run();
    }
    return (System.nanoTime() - start) * 1e-6 / runs;
  }
}
