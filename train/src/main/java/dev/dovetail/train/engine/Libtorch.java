package dev.dovetail.train.engine;

import dev.dovetail.natives.CacheFolder;
import dev.dovetail.natives.JavaCppProperties;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** The native library for training. */
public final class Libtorch {

  /**
   * The property that specifies whether JavaCPP loads the libraries of a class when it is
   * initialized. The default is to load them. If the user sets it to {@code true}, JavaCPP loads
   * them here as well.
   */
  private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";

  private static final String LINUX = "linux-x86_64";

  /** The platforms for which artifacts of this version are published. */
  static final List<String> PLATFORMS =
      List.of(LINUX, "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private static boolean loaded;

  static {
    JavaCppProperties.setDefaults();
  }

  private Libtorch() {}

  /**
   * Loads the library from the artifacts for this platform, regardless of other libraries on the
   * system. The first call unpacks it into the {@linkplain CacheFolder cache directory}.
   *
   * @throws IllegalStateException if the artifacts are not on the class path, the library cannot be
   *     unpacked or loaded, or the process has loaded another libtorch; the message states the
   *     cause and the remedy
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    String platform = Loader.getPlatform();
    try {
      if (!platform.equals(LINUX) || !loadHere()) {
        Loader.load(torch.class);
      }
      loaded = true;
    } catch (IOException e) {
      throw new IllegalStateException("libtorch cannot be unpacked: " + e.getMessage(), e);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      if (!PLATFORMS.contains(platform)) {
        throw new IllegalStateException(
            "libtorch is not available for " + platform + " in this version, only for " + PLATFORMS,
            e);
      }
      throw new IllegalStateException(
          "libtorch for "
              + platform
              + " cannot be loaded ("
              + e.getMessage()
              + "); training needs org.bytedeco:pytorch, openblas and javacpp with the classifier "
              + platform
              + " on the class path",
          e);
    }
  }

  /**
   * Loads libtorch without JavaCPP and disables JavaCPP's loading, which would not detect the
   * loaded libraries. A native library belongs to one class loader, so JavaCPP must have the same
   * class loader as this class.
   *
   * @return whether libtorch was loaded; if not, JavaCPP must load it
   */
  private static boolean loadHere() throws IOException {
    String before = System.getProperty(JAVACPP_LOADS, "");
    boolean loadedByJavaCpp = Loader.getLoadedLibraries().containsKey("jnitorch");
    boolean otherLoader = Libtorch.class.getClassLoader() != Loader.class.getClassLoader();
    if (before.equalsIgnoreCase("true") || loadedByJavaCpp || otherLoader) {
      return false;
    }
    // Must be set before loading, because the libraries initialize JavaCPP's classes.
    System.setProperty(JAVACPP_LOADS, "false");
    boolean done = false;
    try {
      LinuxLibtorch.load();
      done = true;
      return true;
    } finally {
      if (!done && before.isEmpty()) {
        System.clearProperty(JAVACPP_LOADS);
      }
    }
  }

  /**
   * Sets the number of threads per operator.
   *
   * @param threads at least 1
   */
  public static void threads(int threads) {
    load();
    torch.set_num_threads(threads);
  }

  /**
   * Keeps a pointer open when its {@link PointerScope}, if any, is closed. The caller must close
   * it.
   *
   * @param <P> the type of the pointer
   * @param pointer a new pointer
   * @return the pointer
   */
  public static <P extends Pointer> P kept(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /**
   * Attaches a kept pointer to the caller's {@link PointerScope}, which then closes it. If there is
   * no scope, the caller must close it.
   */
  static <P extends Pointer> P handedOver(P pointer) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      scope.attach(pointer);
      pointer.releaseReference();
    }
    return pointer;
  }
}
