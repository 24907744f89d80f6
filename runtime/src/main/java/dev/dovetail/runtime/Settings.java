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

  /**
   * Checks the number of threads.
   *
   * @param device where plans run
   * @param precision the type of their floating point values
   * @param dialect how operators are written
   * @param threads that work on one operator; 0 for one on each core
   * @param optimised whether ONNX Runtime may rewrite the graph (false only to compare with)
   * @param profiled whether the plan measures the seconds of every node, for {@link Plan#profile}
   */
  public Settings {
    if (threads < 0) {
      throw new IllegalArgumentException(
          threads + " threads: expected a positive number, or 0 for one on each core");
    }
  }

  /**
   * {@return the usual ones: fused operators, all cores, optimised}
   *
   * @param device where plans run
   * @param precision the type of their floating point values
   */
  public static Settings on(Device device, Precision precision) {
    Dialect dialect = device instanceof Device.Cpu ? Dialect.ORT_CPU : Dialect.ORT;
    return new Settings(device, precision, dialect, 0, true, false);
  }

  /** {@return the usual ones on the processor in float32} */
  public static Settings cpu() {
    return on(new Device.Cpu(), Precision.FP32);
  }

  /**
   * {@return these settings with another dialect}
   *
   * @param value how operators are written
   */
  public Settings dialect(Dialect value) {
    return new Settings(device, precision, value, threads, optimised, profiled);
  }

  /**
   * {@return these settings with another number of threads}
   *
   * @param value see {@link #threads()}
   */
  public Settings threads(int value) {
    return new Settings(device, precision, dialect, value, optimised, profiled);
  }

  /** {@return these settings without ONNX Runtime's optimisations} */
  public Settings unoptimised() {
    return new Settings(device, precision, dialect, threads, false, profiled);
  }

  /** {@return these settings with a profile} */
  public Settings withProfile() {
    return new Settings(device, precision, dialect, threads, optimised, true);
  }
}
