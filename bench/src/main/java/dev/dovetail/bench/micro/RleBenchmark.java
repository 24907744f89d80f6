package dev.dovetail.bench.micro;

import dev.dovetail.formats.mask.Rle;
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
import org.openjdk.jmh.annotations.Warmup;

/** Encodes, rasterizes and intersects one run-length encoded mask of 480x640 pixels. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RleBenchmark {

  private static final int HEIGHT = 480;
  private static final int WIDTH = 640;
  private static final int CORNERS = 24;

  /** The diameter of the object in pixels. */
  @Param({"30", "100", "300"})
  public int diameter;

  private double[] polygon;
  private Rle mask;
  private Rle neighbour;
  private String counts;

  @Setup
  public void make() {
    polygon = star(320, 240);
    mask = Rle.ofPolygon(HEIGHT, WIDTH, polygon);
    neighbour = Rle.ofPolygon(HEIGHT, WIDTH, star(320 + diameter / 4.0, 240));
    counts = mask.compressed();
  }

  private double[] star(double x, double y) {
    double[] xy = new double[2 * CORNERS];
    for (int i = 0; i < CORNERS; i++) {
      double angle = 2 * Math.PI * i / CORNERS;
      double radius = diameter / 2.0 * (i % 2 == 0 ? 1 : 0.9);
      xy[2 * i] = x + radius * Math.cos(angle);
      xy[2 * i + 1] = y + radius * Math.sin(angle);
    }
    return xy;
  }

  @Benchmark
  public Rle decode() {
    return Rle.ofCompressed(HEIGHT, WIDTH, counts);
  }

  @Benchmark
  public String encode() {
    return mask.compressed();
  }

  @Benchmark
  public Rle rasterise() {
    return Rle.ofPolygon(HEIGHT, WIDTH, polygon);
  }

  @Benchmark
  public double iou() {
    return mask.iou(neighbour, false);
  }
}
