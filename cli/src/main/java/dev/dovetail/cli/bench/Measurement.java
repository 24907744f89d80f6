package dev.dovetail.cli.bench;

import dev.dovetail.formats.Size;
import java.util.OptionalLong;

/**
 * What was measured of one model at one batch.
 *
 * @param size that enters the network
 * @param ceiling floating-point operations a second of large products in the same turns
 */
public record Measurement(
    String model,
    int batch,
    Size size,
    Work work,
    Timings timings,
    double ceiling,
    FirstResult first,
    MemoryUse memory) {

  /**
   * What a run computes.
   *
   * @param macs multiply-accumulates of the whole batch
   * @param partial whether products depend on what is found, such as regions: these count once
   */
  public record Work(long parameters, long macs, boolean partial) {}

  /**
   * Seconds until there is a result, in a program that runs.
   *
   * @param open reading config and checkpoint; of an exported file loading it
   */
  public record FirstResult(double open, double trace, double compile, double run) {

    double total() {
      return open + trace + compile + run;
    }
  }

  /**
   * Bytes that the model took until its first result was there, at most.
   *
   * @param host by which this program grew
   * @param device by which what is taken of the GPU's memory grew
   */
  public record MemoryUse(OptionalLong host, OptionalLong device) {}

  /** Multiply-accumulates of one image. */
  double macs() {
    return (double) work.macs() / batch;
  }

  double imagesPerSecond() {
    return batch * 1000 / timings.mean();
  }

  /** Floating-point operations a second: a multiply-accumulate is two. */
  double operationsPerSecond() {
    return 2 * macs() * imagesPerSecond();
  }

  double shareOfCeiling() {
    return operationsPerSecond() / ceiling;
  }
}
