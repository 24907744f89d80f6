package dev.dovetail.runtime;

import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;

/**
 * How plans are compiled.
 *
 * @param threads that work on one operator; 0 for one on each core
 * @param optimised whether ONNX Runtime may rewrite the graph (false only to compare with)
 * @param profiled whether the plan measures the seconds of every node, for {@link Plan#profile}
 */
public record Settings(
    Device device,
    Precision precision,
    Dialect dialect,
    int threads,
    boolean optimised,
    boolean profiled) {

  public Settings {
    if (threads < 0) {
      throw new IllegalArgumentException(
          threads + " threads: expected a positive number, or 0 for one on each core");
    }
  }

  /** The usual ones: fused operators, all cores, optimised. */
  public static Settings on(Device device, Precision precision) {
    return new Settings(device, precision, Dialect.ORT, 0, true, false);
  }

  /** The usual ones on the processor in float32. */
  public static Settings cpu() {
    return on(new Device.Cpu(), Precision.FP32);
  }

  public Settings dialect(Dialect value) {
    return new Settings(device, precision, value, threads, optimised, profiled);
  }

  public Settings threads(int value) {
    return new Settings(device, precision, dialect, value, optimised, profiled);
  }

  public Settings unoptimised() {
    return new Settings(device, precision, dialect, threads, false, profiled);
  }

  public Settings withProfile() {
    return new Settings(device, precision, dialect, threads, optimised, true);
  }
}
