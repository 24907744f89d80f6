package dev.dovetail.data.image;

import java.util.Locale;
import java.util.Optional;
import org.opencv.core.Core;

/** OpenCV's native library, loaded once. */
public final class OpenCv {

  private static final Optional<Throwable> FAILURE = tryLoad();

  private OpenCv() {}

  /**
   * Loads the library unless that has been done.
   *
   * @throws IllegalStateException where there is none for this machine
   */
  public static void load() {
    if (FAILURE.isPresent()) {
      Throwable cause = FAILURE.get();
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "OpenCV's native library cannot be loaded on %s %s: %s",
              System.getProperty("os.name"),
              System.getProperty("os.arch"),
              cause.getMessage()),
          cause);
    }
  }

  /**
   * The version that the native library tells.
   *
   * @throws IllegalStateException where there is none for this machine
   */
  public static String version() {
    load();
    return Core.getVersionString();
  }

  private static Optional<Throwable> tryLoad() {
    try {
      nu.pattern.OpenCV.loadLocally();
      // Images are decoded on threads of the pipeline; more inside each would starve the model's.
      Core.setNumThreads(1);
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) {
      return Optional.of(e);
    }
  }
}
