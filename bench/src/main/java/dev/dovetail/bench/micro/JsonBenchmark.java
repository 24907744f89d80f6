package dev.dovetail.bench.micro;

import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.CocoResultsWriter;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads a result list into columns, with the project's own reader and with Jackson. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JsonBenchmark {

  private static final int HEIGHT = 480;
  private static final int WIDTH = 640;

  /** The type of the detections. */
  public enum Kind {
    BOX,
    MASK
  }

  @Param public Kind kind;

  /** The first file is read by one thread, the second in chunks on all processors. */
  @Param({"3000", "100000"})
  public int detections;

  private Path file;

  @Setup
  public void write() throws IOException {
    file = Files.createTempFile("results", ".json");
    Random random = new Random(1);
    try (CocoResultsWriter out = CocoResultsWriter.create(file)) {
      for (int i = 0; i < detections; i++) {
        double x = thousandth(500 * random.nextDouble());
        double y = thousandth(380 * random.nextDouble());
        double size = thousandth(5 + 90 * random.nextDouble());
        double score = Math.rint(1e5 * random.nextDouble()) / 1e5;
        if (kind == Kind.BOX) {
          out.box(1 + i / 50, 1 + i % 80, score, x, y, size, size);
        } else {
          Rle mask = Rle.ofPolygon(HEIGHT, WIDTH, x, y, x + size, y + size / 3, x + 2, y + size);
          out.mask(1 + i / 50, 1 + i % 80, score, mask);
        }
      }
      out.finish();
    }
  }

  private static double thousandth(double value) {
    return Math.rint(1000 * value) / 1000;
  }

  @TearDown
  public void remove() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  public CocoResults own() throws IOException {
    return CocoResults.read(file, new Warnings(Strictness.STRICT));
  }

  @Benchmark
  public CocoResults jackson() throws IOException {
    return CocoResults.readWithJackson(file);
  }
}
