package dev.dovetail.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.dovetail.cli.score.ScoreCommand;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the label maps per second of {@code score --type semantic}, and compares it with
 * decoding only.
 */
@Command(
    name = "labels",
    mixinStandardHelpOptions = true,
    description = "compares score --type semantic on PNG files with decoding only")
final class LabelMapBench implements Callable<Integer> {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** The number of pairs of maps in memory, which exceed the size of the CPU cache. */
  private static final int IN_MEMORY = 100;

  private static final int REPEAT = 10;

  @Option(names = "--gt", required = true, description = "directory of ground-truth label maps")
  private Path truths;

  @Option(names = "--dt", required = true, description = "directory of predicted label maps")
  private Path predictions;

  @Option(names = "--classes", defaultValue = "150", description = "number of classes")
  private int classes;

  @Option(names = "--rounds", defaultValue = "9", description = "rounds of each side, alternately")
  private int rounds;

  /** A timed task. */
  private interface Side {
    void run() throws IOException;
  }

  /** Elapsed seconds, and CPU seconds of all processors together. */
  private record Cost(double elapsed, double processor) {

    static Cost of(Side side) throws IOException {
      long processor = SYSTEM.getProcessCpuTime();
      long start = System.nanoTime();
      side.run();
      return new Cost(
          (System.nanoTime() - start) * 1e-9, (SYSTEM.getProcessCpuTime() - processor) * 1e-9);
    }
  }

  @Override
  public Integer call() throws IOException {
    List<Path> files = new ArrayList<>(files(truths));
    files.addAll(files(predictions));
    double[] elapsed = new double[rounds];
    double[] processor = new double[rounds];
    double[] decoding = new double[rounds];
    double[] scoring = new double[rounds];
    for (int r = -2; r < rounds; r++) { // two additional rounds for the JIT compiler
      Cost decoded = Cost.of(() -> decode(files));
      Cost scored = Cost.of(this::score);
      if (r >= 0) {
        decoding[r] = files.size() / decoded.elapsed();
        scoring[r] = files.size() / scored.elapsed();
        elapsed[r] = decoded.elapsed() / scored.elapsed();
        processor[r] = decoded.processor() / scored.processor();
      }
    }
    Median median = new Median();
    System.out.printf(
        Locale.ROOT,
        "score %.0f files/s, decoding alone %.0f files/s on %d processors; of the time of score"
            + " decoding is %.3f on the clock, %.3f of the processors (medians of %d rounds of %d"
            + " files)%n",
        median.evaluate(scoring),
        median.evaluate(decoding),
        Runtime.getRuntime().availableProcessors(),
        median.evaluate(elapsed),
        median.evaluate(processor),
        rounds,
        files.size());
    inMemory();
    return 0;
  }

  /** Measures maps that are already decoded, and compares with a plain sum of their bytes. */
  private void inMemory() throws IOException {
    List<LabelMap.Bytes> labels = maps(files(truths));
    List<LabelMap.Bytes> predicted = maps(files(predictions));
    double pixels = 1e-6 * labels.stream().mapToLong(map -> map.size().pixels()).sum();
    double[] counting = new double[rounds];
    double[] processor = new double[rounds];
    double[] ratio = new double[rounds];
    for (int r = -2; r < rounds; r++) {
      Cost counted = Cost.of(() -> count(labels, predicted));
      Cost summed = Cost.of(() -> sum(labels, predicted));
      if (r >= 0) {
        counting[r] = REPEAT * pixels / counted.elapsed();
        processor[r] = REPEAT * pixels / counted.processor();
        ratio[r] = summed.processor() / counted.processor();
      }
    }
    Median median = new Median();
    System.out.printf(
        Locale.ROOT,
        "maps in memory: %.0f Mpixel/s, %.0f Mpixel a second of one processor, %.2f times a plain"
            + " sum of the same bytes%n",
        median.evaluate(counting),
        median.evaluate(processor),
        median.evaluate(ratio));
  }

  private void count(List<LabelMap.Bytes> labels, List<LabelMap.Bytes> predicted)
      throws IOException {
    SemanticEvaluator whole = new SemanticEvaluator(classes, LabelMapping.reduceZeroLabel(255));
    Slices.of(
            REPEAT * labels.size(),
            (from, to) -> {
              SemanticEvaluator slice = whole.slice();
              for (int i = from; i < to; i++) {
                slice.accumulate(labels.get(i % labels.size()), predicted.get(i % labels.size()));
              }
              return slice;
            })
        .forEach(whole::merge);
  }

  private static void sum(List<LabelMap.Bytes> labels, List<LabelMap.Bytes> predicted)
      throws IOException {
    List<Integer> sums =
        Slices.of(
            REPEAT * labels.size(),
            (from, to) -> {
              int sum = 0;
              for (int i = from; i < to; i++) {
                sum += sum(labels.get(i % labels.size()).labels());
                sum += sum(predicted.get(i % labels.size()).labels());
              }
              return sum;
            });
    if (sums.hashCode() == 1) {
      System.out.println(); // prevents dead code elimination
    }
  }

  private static int sum(byte[] labels) {
    int sum = 0;
    for (byte label : labels) {
      sum += label;
    }
    return sum;
  }

  private static List<LabelMap.Bytes> maps(List<Path> files) throws IOException {
    List<LabelMap.Bytes> maps = new ArrayList<>();
    for (Path file : files.subList(0, Math.min(files.size(), IN_MEMORY))) {
      maps.add((LabelMap.Bytes) LabelPng.read(file));
    }
    return maps;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
    }
  }

  private static void decode(List<Path> files) throws IOException {
    Slices.of(
        files.size(),
        (from, to) -> {
          for (Path file : files.subList(from, to)) {
            LabelPng.read(file);
          }
          return true;
        });
  }

  private void score() throws IOException {
    int code =
        new CommandLine(new ScoreCommand())
            .setOut(new PrintWriter(Writer.nullWriter()))
            .execute(
                "--type=semantic",
                "--reduce-zero-label",
                "--classes=" + classes,
                "--gt=" + truths,
                "--dt=" + predictions);
    if (code != 0) {
      throw new IOException("score ended with " + code);
    }
  }
}
