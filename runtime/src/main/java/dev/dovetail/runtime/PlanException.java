package dev.dovetail.runtime;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Optional;

/** A graph that ONNX Runtime does not compile or run; the message gives its reason. */
public final class PlanException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Whether the device, or what it needs, is not there. */
  private final boolean deviceAbsent;

  private PlanException(String sentence, boolean deviceAbsent, Throwable cause) {
    super(sentence, cause);
    this.deviceAbsent = deviceAbsent;
  }

  PlanException(String sentence) {
    this(sentence, false, null);
  }

  /**
   * @param what has failed, with its subject, such as "the run failed"
   */
  static PlanException of(String what, Device device, OrtException cause) {
    String message = String.valueOf(cause.getMessage());
    Optional<CudaProblem> problem =
        device instanceof Device.Cuda cuda
            ? CudaProblem.in(message, cuda.index())
            : Optional.empty();
    return problem
        .map(p -> new PlanException(device + ": " + p.reason(), p.absent(), cause))
        .orElseGet(
            () -> new PlanException(what + " on " + device + ": " + reason(message), false, cause));
  }

  /** ONNX Runtime's message without its error code. */
  private static String reason(String message) {
    return message.replaceFirst("^Error code - \\S+ - message: ", "").strip();
  }

  /** Whether the device is not there, or the build has no support for it. */
  boolean deviceAbsent() {
    return deviceAbsent;
  }
}
