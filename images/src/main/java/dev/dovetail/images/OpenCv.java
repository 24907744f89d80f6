package dev.dovetail.images;

import dev.dovetail.natives.NativeLibraries;
import dev.dovetail.natives.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.opencv.core.Core;

/** Loads OpenCV's native library once. */
public final class OpenCv {

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries("opencv", Core.class, resources(Platform.current()));

  private static final Optional<Throwable> FAILURE = tryLoad();

  private OpenCv() {}

  /**
   * Loads the library if it is not loaded yet.
   *
   * @throws UnsatisfiedLinkError if there is no library for this machine, or it cannot be unpacked
   *     or loaded
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
   * {@return the version of the native library}
   *
   * @throws UnsatisfiedLinkError for the reasons of {@link #load}
   */
  public static String version() {
    load();
    return Core.getVersionString();
  }

  /** {@return the origin of the native library, as a part of a sentence} */
  public static String whereabouts() {
    return LIBRARIES.whereabouts();
  }

  /** Returns the path in the jar of the library for a machine. */
  private static String resources(Platform platform) {
    String processor = platform.processor().equals("aarch64") ? "ARMv8" : platform.processor();
    return "/nu/pattern/opencv/" + platform.system() + "/" + processor;
  }

  private static Optional<Throwable> tryLoad() {
    try {
      loadLibrary();
      // Images are decoded on the pipeline's threads. Additional threads would compete with the
      // model.
      Core.setNumThreads(1);
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      return Optional.of(e);
    }
  }

  private static void loadLibrary() throws IOException {
    // A native library belongs to the class loader that loads it.
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
