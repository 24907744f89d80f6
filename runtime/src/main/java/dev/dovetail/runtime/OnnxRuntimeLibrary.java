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

/** ONNX Runtime's native library, loaded once, and only if it keeps to itself. */
final class OnnxRuntimeLibrary {

  /** Where ONNX Runtime looks for its libraries; else it unpacks them at every start. */
  private static final String FOLDER = "onnxruntime.native.path";

  /** From 1.29 on it reports how it is used, unless this is set when it is loaded. */
  private static final String NO_REPORTS = "ORT_DISABLE_TELEMETRY";

  private static final int FIRST_REPORTING = 29;
  private static final Pattern VERSION = Pattern.compile("1\\.(\\d+)\\..*");

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries("onnxruntime", OrtEnvironment.class, resources(Platform.current()));

  private static OrtEnvironment environment;
  private static boolean unpacked;

  private OnnxRuntimeLibrary() {}

  /**
   * ONNX Runtime itself, loaded now if need be. What goes wrong in it is thrown, so its own log
   * stays silent.
   *
   * @throws UnsatisfiedLinkError if it cannot be loaded, or would report
   */
  static synchronized OrtEnvironment environment() {
    if (environment == null) {
      load();
      // The reports begin when the environment is made, not when the library is loaded.
      Optional<String> reports = reports(version(), System.getenv(), Platform.current());
      if (reports.isPresent()) {
        throw new UnsatisfiedLinkError(reports.get());
      }
      environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "dovetail");
      try {
        // Windows can record what programs tell it. Elsewhere this has nothing to switch off.
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime does not switch its reports off", e);
      }
    }
    return environment;
  }

  /**
   * Makes a file of the library for CUDA, if there is one. It is large, and needed on GPUs alone.
   */
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

  /** Where the native libraries were loaded from, as a part of a sentence. */
  static String whereabouts() {
    return LIBRARIES.whereabouts();
  }

  /** Where the jar has the libraries for a machine. */
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
      // Loads the libraries and does nothing else.
      OrtEnvironment.getAvailableProviders();
    } catch (ExceptionInInitializerError e) {
      throw (UnsatisfiedLinkError)
          new UnsatisfiedLinkError(String.valueOf(e.getCause().getMessage())).initCause(e);
    } finally {
      folder.ifPresent(f -> System.clearProperty(FOLDER));
    }
  }

  /** Whether ONNX Runtime's own properties name the libraries. */
  private static boolean placedByUser() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith("onnxruntime.native."));
  }

  /** The version of what was loaded. The public way to it makes the environment first. */
  private static String version() {
    try {
      Method version = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredMethod("version");
      version.setAccessible(true);
      return (String) version.invoke(null);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return "of unknown version";
    }
  }

  /** What is wrong with a version that reports how it is used, if it would. */
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
            + " would report its use to its publisher; set "
            + NO_REPORTS
            + "=1 in the environment that Java starts in, or use a version before 1."
            + FIRST_REPORTING);
  }
}
