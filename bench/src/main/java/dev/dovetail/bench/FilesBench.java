package dev.dovetail.bench;

import dev.dovetail.runtime.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two ONNX files: their times in alternating runs, and the time of each operator. */
@Command(
    name = "files",
    mixinStandardHelpOptions = true,
    description = "compares any two ONNX files in ONNX Runtime, alternately, by operator")
final class FilesBench implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "A.onnx", description = "a file")
  private Path first;

  @Parameters(index = "1", paramLabel = "B.onnx", description = "the file to compare with")
  private Path second;

  @Option(names = "--rounds", defaultValue = "9", description = "number of runs of each file")
  private int rounds;

  @Option(names = "--threads", defaultValue = "1", description = "threads per operator")
  private int threads;

  @Override
  public Integer call() throws Exception {
    try (OnnxFile a = new OnnxFile(first, threads, Optional.empty());
        OnnxFile b = new OnnxFile(second, threads, Optional.empty())) {
      List<double[]> times = inTurns(a, b);
      double[] ratios = times.stream().mapToDouble(t -> t[0] / t[1]).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "%s %.1f ms, %s %.1f ms, ratio %.3f (medians of %d rounds; %.3f to %.3f), threads: %d%n",
          a.file().getFileName(),
          median(times.stream().mapToDouble(t -> t[0])),
          b.file().getFileName(),
          median(times.stream().mapToDouble(t -> t[1])),
          median(DoubleStream.of(ratios)),
          rounds,
          ratios[0],
          ratios[rounds - 1],
          threads);
    }
    Path folder = Files.createTempDirectory("dovetail-bench");
    try (OnnxFile a = new OnnxFile(first, threads, Optional.of(folder.resolve("a")));
        OnnxFile b = new OnnxFile(second, threads, Optional.of(folder.resolve("b")))) {
      inTurns(a, b);
      operators(a.profile(), b.profile());
    } finally {
      Files.delete(folder);
    }
    return 0;
  }

  private List<double[]> inTurns(OnnxFile a, OnnxFile b) throws Exception {
    a.run();
    b.run();
    List<double[]> times = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      times.add(new double[] {a.run(), b.run()});
    }
    return times;
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Returns the milliseconds of one run by operator, the most expensive first. */
  private static void operators(Profile a, Profile b) {
    Map<String, double[]> both = new TreeMap<>();
    a.operators().forEach((kind, s) -> both.computeIfAbsent(kind, k -> new double[2])[0] = s);
    b.operators().forEach((kind, s) -> both.computeIfAbsent(kind, k -> new double[2])[1] = s);
    System.out.printf(Locale.ROOT, "%-24s %9s %9s%n", "ms in one run", "first", "second");
    both.entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> -e.getValue()[0] - e.getValue()[1]))
        .forEach(
            e ->
                System.out.printf(
                    Locale.ROOT,
                    "%-24s %9.2f %9.2f%n",
                    e.getKey(),
                    e.getValue()[0] * 1e3 / a.runs(),
                    e.getValue()[1] * 1e3 / b.runs()));
  }
}
