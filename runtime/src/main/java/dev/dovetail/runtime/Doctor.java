package dev.dovetail.runtime;

import ai.onnxruntime.OrtEnvironment;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks which devices of this machine can run models. */
public final class Doctor {

  private Doctor() {}

  /** The status of a finding. */
  public enum Status {
    /** It works. */
    GOOD,
    /** It is absent and not required. */
    ABSENT,
    /** It is present but does not work. */
    BROKEN
  }

  /**
   * The result of one check.
   *
   * @param subject what was checked, such as {@code cuda:0}
   * @param text a description, with a remedy if it does not work
   */
  public record Finding(String subject, Status status, String text) {}

  /**
   * Checks ONNX Runtime and all devices. Problems are reported as findings and never thrown.
   *
   * @return the findings in display order
   */
  public static List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            "ONNX Runtime",
            Status.GOOD,
            Plan.runtimeVersion()
                + ", providers "
                + OrtEnvironment.getAvailableProviders()
                + ", "
                + OnnxRuntimeLibrary.whereabouts()));
    findings.add(examine(new Device.Cpu()));
    Finding gpu = examine(new Device.Cuda(0));
    findings.add(gpu);
    for (Engine engine : Engines.brought()) {
      findings.add(examine(engine, gpu.status()));
    }
    for (int i = 1; gpu.status() == Status.GOOD; i++) {
      gpu = examine(new Device.Cuda(i));
      if (gpu.status() == Status.GOOD) {
        findings.add(gpu);
      }
    }
    return findings;
  }

  /**
   * Runs a small convolution in both precisions on a device.
   *
   * @param device the device
   * @return whether it ran and returned the correct result
   */
  public static Finding examine(Device device) {
    String subject = device.toString();
    try {
      for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
        float sum = sumOfNine(Settings.on(device, precision));
        if (sum != 9) {
          return new Finding(
              subject,
              Status.BROKEN,
              "wrong result in " + precision + ": the sum of nine ones is " + sum);
        }
      }
      return new Finding(subject, Status.GOOD, "computes in float32 and float16" + cores(device));
    } catch (PlanException e) {
      String reason = e.getMessage().replaceFirst("^" + Pattern.quote(subject + ": "), "");
      return new Finding(subject, e.deviceAbsent() ? Status.ABSENT : Status.BROKEN, reason);
    } catch (IOException e) {
      return new Finding(subject, Status.BROKEN, e.getMessage());
    }
  }

  /** Checks an engine of another module. Its status depends on whether the first GPU works. */
  private static Finding examine(Engine engine, Status gpu) {
    Device first = new Device.Cuda(0);
    Optional<String> problem = engine.problem(first);
    if (problem.isPresent()) {
      Status status = gpu == Status.ABSENT ? Status.ABSENT : Status.BROKEN;
      return new Finding("GPU kernels", status, engine.describe() + ": " + problem.get());
    }
    return engine
        .selfTest(first)
        .map(text -> new Finding("GPU kernels", Status.BROKEN, engine.describe() + ": " + text))
        .orElseGet(() -> new Finding("GPU kernels", Status.GOOD, engine.describe()));
  }

  private static String cores(Device device) {
    return device instanceof Device.Cpu
        ? " on " + Runtime.getRuntime().availableProcessors() + " cores"
        : "";
  }

  private static float sumOfNine(Settings settings) throws IOException {
    float[] ones = new float[9];
    Arrays.fill(ones, 1);
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 1, 3, 3);
    Tensor kernel = trace.constant(TensorData.of(ones, 1, 1, 3, 3));
    Graph graph = trace.graph(Map.of("y", x.apply(new Convolution.Conv(1, 0, 1), kernel)));
    try (Plan plan = Plan.compile(graph, ParameterStore.none(), settings)) {
      return plan.run(Map.of("x", TensorData.of(ones, 1, 1, 3, 3))).get("y").floats()[0];
    }
  }
}
