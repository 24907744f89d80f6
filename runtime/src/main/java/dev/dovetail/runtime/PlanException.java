package dev.dovetail.runtime;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Thrown when ONNX Runtime cannot compile or run a graph. The message contains its reason. */
public final class PlanException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Messages of ONNX Runtime, the C++ library, CUDA and its libraries. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "Failed to allocate memory|bad[_ ]alloc|out of memory"
              + "|CUDNN_STATUS_ALLOC_FAILED|CUBLAS_STATUS_ALLOC_FAILED");

  private static final Pattern BUFFER = Pattern.compile("requested buffer of size (\\d{1,18})");

  /** Whether the device or GPU support is absent. */
  private final boolean deviceAbsent;

  PlanException(String sentence, boolean deviceAbsent, Throwable cause) {
    super(sentence, cause);
    this.deviceAbsent = deviceAbsent;
  }

  PlanException(String sentence) {
    this(sentence, false, null);
  }

  /**
   * {@return an exception for a failure of an engine, with a remedy if one is known}
   *
   * @param what what failed, such as "the run failed"
   * @param device the device
   * @param cause the exception with the engine's message
   */
  public static PlanException of(String what, Device device, Exception cause) {
    String message = String.valueOf(cause.getMessage());
    Optional<CudaProblem> problem =
        device instanceof Device.Cuda cuda
            ? CudaProblem.in(message, cuda.index())
            : Optional.empty();
    return problem
        .map(p -> new PlanException(device + ": " + p.reason(), p.absent(), cause))
        .orElseGet(
            () ->
                new PlanException(
                    what
                        + " on "
                        + device
                        + ": "
                        + outOfMemory(message, () -> GpuMemory.free(device))
                            .orElse(reason(message)),
                    false,
                    cause));
  }

  /**
   * Returns a remedy if memory was exhausted; empty otherwise.
   *
   * @param free returns the free bytes of the GPU, if they are known
   */
  static Optional<String> outOfMemory(String message, Supplier<OptionalLong> free) {
    if (!OUT_OF_MEMORY.matcher(message).find()) {
      return Optional.empty();
    }
    Matcher buffer = BUFFER.matcher(message);
    StringBuilder sentence = new StringBuilder("there is not enough memory");
    if (buffer.find()) {
      sentence.append(" for another ").append(size(Long.parseLong(buffer.group(1))));
    }
    free.get().ifPresent(bytes -> sentence.append("; ").append(size(bytes)).append(" are free"));
    return Optional.of(sentence + "; use a smaller batch or smaller images");
  }

  private static String size(long bytes) {
    if (bytes >= 1_000_000_000) {
      return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** Returns ONNX Runtime's message without its error code. */
  private static String reason(String message) {
    return message.replaceFirst("^Error code - \\S+ - message: ", "").strip();
  }

  /** Returns whether the device is absent or the build does not support it. */
  boolean deviceAbsent() {
    return deviceAbsent;
  }
}
