package dev.dovetail.images;

import dev.dovetail.natives.NativeLibraries;
import dev.dovetail.natives.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.opencv.core.Core;

/** OpenCV's native library, loaded once. */
public final class OpenCv {

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries("opencv", Core.class, resources(Platform.current()));

  private static final Optional<Throwable> FAILURE = tryLoad();

  private OpenCv() {}

  /**
   * Loads the library unless that has been done.
   *
   * @throws UnsatisfiedLinkError where there is none for this machine, or no place to load it from
   */
  public static void load() {
    if (FAILURE.isPresent()) {
      Throwable cause = FAILURE.get();
      throw (UnsatisfiedLinkError)
          new UnsatisfiedLinkError(
                  String.format(
                      Locale.ROOT,
                      "OpenCV (%s %s): %s",
                      System.getProperty("os.name"),
                      System.getProperty("os.arch"),
                      cause.getMessage()))
              .initCause(cause);
    }
  }

  /**
   * {@return the version that the native library tells}
   *
   * @throws UnsatisfiedLinkError as {@link #load}
   */
  public static String version() {
    load();
    return Core.getVersionString();
  }

  /** {@return where the native library was loaded from, as a part of a sentence} */
  public static String whereabouts() {
    return LIBRARIES.whereabouts();
  }

  /** Where the jar has the library for a machine. */
  private static String resources(Platform platform) {
    String processor = platform.processor().equals("aarch64") ? "ARMv8" : platform.processor();
    return "/nu/pattern/opencv/" + platform.system() + "/" + processor;
  }

  private static Optional<Throwable> tryLoad() {
    try {
      loadLibrary();
      // Images are decoded on threads of the pipeline; more inside each would starve the model's.
      Core.setNumThreads(1);
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      return Optional.of(e);
    }
  }

  private static void loadLibrary() throws IOException {
    // A library serves the classes of the loader that loads it.
    boolean ours = OpenCv.class.getClassLoader() == Core.class.getClassLoader();
    Optional<Path> folder = ours ? LIBRARIES.unpack(Core.NATIVE_LIBRARY_NAME) : Optional.empty();
    if (folder.isPresent()) {
      String file = System.mapLibraryName(Core.NATIVE_LIBRARY_NAME);
      System.load(folder.get().resolve(file).toString());
    } else {
      nu.pattern.OpenCV.loadLocally();
    }
  }
}
