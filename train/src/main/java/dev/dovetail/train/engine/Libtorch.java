package dev.dovetail.train.engine;

import dev.dovetail.natives.CacheFolder;
import dev.dovetail.natives.JavaCppProperties;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** The native library that trains. */
public final class Libtorch {

  /**
   * Whether JavaCPP loads the libraries of a class when it is initialized, which it does unless
   * told otherwise. With {@code true} it does so here too.
   */
  private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";

  private static final String LINUX = "linux-x86_64";

  /** What the artifacts of this version are published for. */
  static final List<String> PLATFORMS =
      List.of(LINUX, "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private static boolean loaded;

  static {
    JavaCppProperties.setDefaults();
  }

  private Libtorch() {}

  /**
   * Loads the library that comes with the artifacts of this machine, whatever else the system has.
   * The first load unpacks it into the {@linkplain CacheFolder cache folder}.
   *
   * @throws IllegalStateException if the artifacts are not on the class path, it cannot be unpacked
   *     or loaded, or the process has another libtorch; the message says which, and what to do
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
   * Loads it without JavaCPP, which must load nothing from then on: it would not know that all is
   * there. A library serves the classes of the loader that loads it, so this works only if JavaCPP
   * has the same one.
   *
   * @return whether that was done; if not, it is JavaCPP's to load
   */
  private static boolean loadHere() throws IOException {
    String before = System.getProperty(JAVACPP_LOADS, "");
    boolean loadedByJavaCpp = Loader.getLoadedLibraries().containsKey("jnitorch");
    boolean otherLoader = Libtorch.class.getClassLoader() != Loader.class.getClassLoader();
    if (before.equalsIgnoreCase("true") || loadedByJavaCpp || otherLoader) {
      return false;
    }
    // Before anything is loaded: the libraries initialize JavaCPP's classes.
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
   * Sets how many threads one operator uses.
   *
   * @param threads at least 1
   */
  public static void threads(int threads) {
    load();
    torch.set_num_threads(threads);
  }

  /**
   * Keeps a pointer beyond the {@link PointerScope} that it was made in, if there is one, until it
   * is closed.
   *
   * @param <P> what it points to
   * @param pointer just made
   * @return the pointer
   */
  public static <P extends Pointer> P kept(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /**
   * Gives a kept pointer to the caller's {@link PointerScope}, which then closes it; where there is
   * none, the caller does.
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
