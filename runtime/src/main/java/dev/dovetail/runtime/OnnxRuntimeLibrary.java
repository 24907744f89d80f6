package dev.dovetail.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.dovetail.natives.NativeLibraries;
import dev.dovetail.natives.Platform;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ONNX Runtime's native library. It is loaded once, and only if it does not send telemetry. */
final class OnnxRuntimeLibrary {

  /**
   * The property for the directory of ONNX Runtime's libraries. Without it, ONNX Runtime unpacks
   * them in each run.
   */
  private static final String FOLDER = "onnxruntime.native.path";

  /** If this variable is not set when the library is loaded, versions from 1.29 send telemetry. */
  private static final String NO_REPORTS = "ORT_DISABLE_TELEMETRY";

  private static final int FIRST_REPORTING = 29;
  private static final Pattern VERSION = Pattern.compile("1\\.(\\d+)\\..*");

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries("onnxruntime", OrtEnvironment.class, resources(Platform.current()));

  private static OrtEnvironment environment;
  private static boolean unpacked;

  private OnnxRuntimeLibrary() {}

  /**
   * Returns ONNX Runtime's environment, and loads the library if needed. ONNX Runtime's own log is
   * disabled, because errors are thrown.
   *
   * @throws UnsatisfiedLinkError if the library cannot be loaded, or would send telemetry
   */
  static synchronized OrtEnvironment environment() {
    if (environment == null) {
      load();
      // Telemetry starts when the environment is created, not when the library is loaded.
      Optional<String> reports = reports(version(), System.getenv(), Platform.current());
      if (reports.isPresent()) {
        throw new UnsatisfiedLinkError(reports.get());
      }
      environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "dovetail");
      try {
        // Disables event tracing on Windows. On other systems this call has no effect.
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime cannot disable telemetry", e);
      }
    }
    return environment;
  }

  /** Unpacks the library for CUDA, if there is one. It is large and only needed on GPUs. */
  static synchronized void provideCuda() throws PlanException {
    environment();
    if (unpacked) {
      try {
        LIBRARIES.unpack("onnxruntime_providers_cuda");
      } catch (IOException e) {
        throw new PlanException("the library for CUDA cannot be unpacked: " + e.getMessage());
      }
    }
  }

  /** Returns where the native libraries were loaded from, as a phrase for messages. */
  static String whereabouts() {
    return LIBRARIES.whereabouts();
  }

  /** Returns the path of a platform's libraries in the jar. */
  private static String resources(Platform platform) {
    String system = platform.system().equals("windows") ? "win" : platform.system();
    String processor = platform.processor().equals("x86_64") ? "x64" : platform.processor();
    return "/ai/onnxruntime/native/" + system + "-" + processor;
  }

  private static void load() {
    Optional<Path> folder = Optional.empty();
    try {
      if (!placedByUser()) {
        folder =
            LIBRARIES.unpack("onnxruntime", "onnxruntime4j_jni", "onnxruntime_providers_shared");
        unpacked = folder.isPresent();
      }
    } catch (IOException e) {
      throw (UnsatisfiedLinkError) new UnsatisfiedLinkError(e.getMessage()).initCause(e);
    }
    folder.ifPresent(f -> System.setProperty(FOLDER, f.toString()));
    try {
      // Only loads the libraries.
      OrtEnvironment.getAvailableProviders();
    } catch (ExceptionInInitializerError e) {
      throw (UnsatisfiedLinkError)
          new UnsatisfiedLinkError(String.valueOf(e.getCause().getMessage())).initCause(e);
    } finally {
      folder.ifPresent(f -> System.clearProperty(FOLDER));
    }
  }

  /** Returns whether the user specified the libraries with ONNX Runtime's own properties. */
  private static boolean placedByUser() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith("onnxruntime.native."));
  }

  /** Returns the version of the loaded library. The public method would create the environment. */
  private static String version() {
    try {
      Method version = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredMethod("version");
      version.setAccessible(true);
      return (String) version.invoke(null);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return "of unknown version";
    }
  }

  /** Returns an error message if this version would send telemetry. */
  static Optional<String> reports(
      String version, Map<String, String> environment, Platform platform) {
    Matcher known = VERSION.matcher(version);
    if (platform.system().equals("windows")
        || (known.matches() && Integer.parseInt(known.group(1)) < FIRST_REPORTING)
        || "1".equals(environment.get(NO_REPORTS))) {
      return Optional.empty();
    }
    return Optional.of(
        "ONNX Runtime "
            + version
            + " would send telemetry to its publisher; set "
            + NO_REPORTS
            + "=1 in the environment that Java starts in, or use a version before 1."
            + FIRST_REPORTING);
  }
}
