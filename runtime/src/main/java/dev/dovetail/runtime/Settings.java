package dev.dovetail.runtime;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.int8.Calibration;
import dev.dovetail.graph.int8.Quantizer;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import java.util.Optional;

/**
 * Specifies how plans are compiled.
 *
 * @param threads the number of threads per operator; 0 for one per core
 * @param optimised whether ONNX Runtime may optimize the graph (false only for comparisons)
 * @param profiled whether to measure the time of each node, for {@link Plan#profile}
 * @param calibration the layers and their value ranges, for {@link Precision#INT8}
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
   * Validates the settings.
   *
   * @param device the device that plans run on
   * @param precision the type of floating-point values
   * @param dialect the ONNX operators to use
   * @param threads the number of threads per operator; 0 for one per core
   * @param optimised whether ONNX Runtime may optimize the graph (false only for comparisons)
   * @param profiled whether to measure the time of each node, for {@link Plan#profile}
   * @param calibration the layers and their value ranges, for {@link Precision#INT8}
   */
  public Settings {
    if (threads < 0) {
      throw new IllegalArgumentException(
          threads + " threads: expected a positive number, or 0 for one per core");
    }
    if (precision == Precision.INT8 && !(device instanceof Device.Cpu)) {
      throw new IllegalArgumentException(
          "int8 runs on the CPU only; on " + device + " use fp16 or fp32");
    }
  }

  /**
   * {@return the default settings for a device: fused operators, all cores, optimized}
   *
   * @param device the device that plans run on
   * @param precision the type of floating-point values
   */
  public static Settings on(Device device, Precision precision) {
    Dialect dialect = device instanceof Device.Cpu ? Dialect.ORT_CPU : Dialect.ORT_CUDA;
    return new Settings(device, precision, dialect, 0, true, false, Optional.empty());
  }

  /** {@return the default settings for the CPU in float32} */
  public static Settings cpu() {
    return on(new Device.Cpu(), Precision.FP32);
  }

  /**
   * {@return these settings with another dialect}
   *
   * @param value the ONNX operators to use
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

  /** {@return these settings without ONNX Runtime's optimizations} */
  public Settings unoptimised() {
    return new Settings(device, precision, dialect, threads, false, profiled, calibration);
  }

  /** {@return these settings with profiling enabled} */
  public Settings withProfile() {
    return new Settings(device, precision, dialect, threads, optimised, true, calibration);
  }

  /**
   * {@return these settings with 8-bit integers}
   *
   * @param value the layers and their value ranges
   */
  public Settings int8(Calibration value) {
    return new Settings(
        device, Precision.INT8, dialect, threads, optimised, profiled, Optional.of(value));
  }

  /**
   * Returns the graph to write as a model: quantized in int8, otherwise unchanged.
   *
   * @throws IllegalArgumentException if the calibration for int8 is missing, or is from another
   *     model
   */
  Graph form(Graph graph) {
    return precision == Precision.INT8
        ? Quantizer.quantized(
            graph,
            calibration.orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "int8 needs a calibration: the value ranges of layers on sample images")))
        : graph;
  }
}
