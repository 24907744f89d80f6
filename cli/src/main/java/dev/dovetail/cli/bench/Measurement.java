package dev.dovetail.cli.bench;

import dev.dovetail.formats.Size;
import java.util.OptionalLong;

/**
 * Measurements of one model at one batch size.
 *
 * @param size the network input size
 * @param ceiling floating-point operations per second of large matrix products in the same rounds
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
   * The work of a run.
   *
   * @param macs multiply-accumulates of the whole batch
   * @param partial whether the number of products depends on intermediate results, such as regions;
   *     these are counted once
   */
  public record Work(long parameters, long macs, boolean partial) {}

  /**
   * Seconds until the first result, in a running program.
   *
   * @param open reading config and checkpoint, or loading an exported file
   */
  public record FirstResult(double open, double trace, double compile, double run) {

    double total() {
      return open + trace + compile + run;
    }
  }

  /**
   * Peak memory of the model until its first result, in bytes.
   *
   * @param host the increase of this process
   * @param device the increase in used GPU memory
   */
  public record MemoryUse(OptionalLong host, OptionalLong device) {}

  /** Returns the multiply-accumulates of one image. */
  double macs() {
    return (double) work.macs() / batch;
  }

  double imagesPerSecond() {
    return batch * 1000 / timings.mean();
  }

  /** Returns the floating-point operations per second; a multiply-accumulate counts as two. */
  double operationsPerSecond() {
    return 2 * macs() * imagesPerSecond();
  }

  double shareOfCeiling() {
    return operationsPerSecond() / ceiling;
  }
}
