package dev.dovetail.runtime;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.Quantizer;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import java.util.Optional;

/**
 * How plans are compiled.
 *
 * @param threads that work on one operator; 0 for one on each core
 * @param optimised whether ONNX Runtime may rewrite the graph (false only to compare with)
 * @param profiled whether the plan measures the seconds of every node, for {@link Plan#profile}
 * @param calibration of {@link Precision#INT8}: the layers and their ranges
 */
public record Settings(
    Device device,
    Precision precision,
    Dialect dialect,
    int threads,
    boolean optimised,
    boolean profiled,
    Optional<Calibration> calibration) {

  /**
   * Checks the number of threads.
   *
   * @param device where plans run
   * @param precision the type of their floating point values
   * @param dialect how operators are written
   * @param threads that work on one operator; 0 for one on each core
   * @param optimised whether ONNX Runtime may rewrite the graph (false only to compare with)
   * @param profiled whether the plan measures the seconds of every node, for {@link Plan#profile}
   * @param calibration of {@link Precision#INT8}: the layers and their ranges
   */
  public Settings {
    if (threads < 0) {
      throw new IllegalArgumentException(
          threads + " threads: expected a positive number, or 0 for one on each core");
    }
    if (precision == Precision.INT8 && !(device instanceof Device.Cpu)) {
      throw new IllegalArgumentException(
          "int8 is for the processor; on " + device + " use fp16 or fp32");
    }
  }

  /**
   * {@return the usual ones: fused operators, all cores, optimised}
   *
   * @param device where plans run
   * @param precision the type of their floating point values
   */
  public static Settings on(Device device, Precision precision) {
    Dialect dialect = device instanceof Device.Cpu ? Dialect.ORT_CPU : Dialect.ORT_CUDA;
    return new Settings(device, precision, dialect, 0, true, false, Optional.empty());
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
    return new Settings(device, precision, value, threads, optimised, profiled, calibration);
  }

  /**
   * {@return these settings with another number of threads}
   *
   * @param value see {@link #threads()}
   */
  public Settings threads(int value) {
    return new Settings(device, precision, dialect, value, optimised, profiled, calibration);
  }

  /** {@return these settings without ONNX Runtime's optimisations} */
  public Settings unoptimised() {
    return new Settings(device, precision, dialect, threads, false, profiled, calibration);
  }

  /** {@return these settings with a profile} */
  public Settings withProfile() {
    return new Settings(device, precision, dialect, threads, optimised, true, calibration);
  }

  /**
   * {@return these settings with 8-bit integers}
   *
   * @param value the layers and their ranges
   */
  public Settings int8(Calibration value) {
    return new Settings(
        device, Precision.INT8, dialect, threads, optimised, profiled, Optional.of(value));
  }

  /**
   * What is written for a graph.
   *
   * @throws IllegalArgumentException if int8 lacks its calibration, or that is of another model
   */
  Graph form(Graph graph) {
    return precision == Precision.INT8
        ? Quantizer.quantized(
            graph,
            calibration.orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "int8 needs a calibration: ranges of the layers' values on some images")))
        : graph;
  }
}
