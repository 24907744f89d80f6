package dev.dovetail.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reason why a GPU cannot be used, and a remedy.
 *
 * @param absent whether there is no GPU or GPU support; otherwise the GPU is present but does not
 *     work
 * @param reason the reason and the remedy
 */
record CudaProblem(boolean absent, String reason) {

  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("(lib[^\\s:/]+\\.so[.\\d]*): cannot open shared object file");

  private static final Pattern FAILURE = Pattern.compile("CUDA failure (\\d+)");

  /** CUDA's cudaErrorInsufficientDriver. */
  private static final int OLD_DRIVER = 35;

  /** CUDA's cudaErrorNoDevice. */
  private static final int NO_DEVICE = 100;

  /** CUDA's cudaErrorInvalidDevice. */
  private static final int INVALID_DEVICE = 101;

  private static final String INSTALL =
      "install CUDA 12 and cuDNN 9 and add their directories to LD_LIBRARY_PATH (PATH on Windows)";

  /** Returns the problem in a message of ONNX Runtime, if it is caused by the device. */
  static Optional<CudaProblem> in(String message, int index) {
    Matcher library = MISSING_LIBRARY.matcher(message);
    if (library.find()) {
      return broken("the library " + library.group(1) + " was not found; " + INSTALL);
    }
    if (message.contains("Failed to find CUDA shared provider")) {
      return absent(
          "this build contains ONNX Runtime for the CPU only; DOVETAIL_GPU=1 ./dovetail, or"
              + " ./mvnw -Pgpu package, builds it for CUDA");
    }
    if (message.contains("LoadLibrary failed") || message.contains("Failed to load")) {
      return broken("a library of CUDA or cuDNN was not found; " + INSTALL + " (" + message + ")");
    }
    Matcher failure = FAILURE.matcher(message);
    int code = failure.find() ? Integer.parseInt(failure.group(1)) : 0;
    return switch (code) {
      case OLD_DRIVER -> broken("the GPU's driver is too old for CUDA 12");
      case NO_DEVICE -> absent("there is no NVIDIA GPU, or its driver is not loaded");
      case INVALID_DEVICE -> absent("there is no GPU number " + index);
      default -> Optional.empty();
    };
  }

  private static Optional<CudaProblem> absent(String reason) {
    return Optional.of(new CudaProblem(true, reason));
  }

  private static Optional<CudaProblem> broken(String reason) {
    return Optional.of(new CudaProblem(false, reason));
  }
}
