package dev.dovetail.train.engine;

import dev.dovetail.natives.CacheFolder;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/** The native library that trains. */
public final class Libtorch {

  /** Where JavaCPP unpacks libraries, if the user has not said otherwise. */
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  /**
   * Above these JavaCPP refuses to make a pointer: four times the Java heap, which says nothing of
   * the memory that training needs. 0 is no limit.
   */
  private static final List<String> LIMITS =
      List.of("org.bytedeco.javacpp.maxPhysicalBytes", "org.bytedeco.javacpp.maxBytes");

  static {
    setUnlessSet(CACHE, CacheFolder.standard().resolve("javacpp").toString());
    LIMITS.forEach(limit -> setUnlessSet(limit, "0"));
  }

  private Libtorch() {}

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Loads the library that comes with the artifacts of this machine. The first load unpacks it into
   * the {@linkplain CacheFolder cache folder}.
   *
   * @throws IllegalStateException if the artifacts are not on the class path, or it cannot be
   *     loaded; the message names them
   */
  public static void load() {
    try {
      Loader.load(torch.class);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      String platform = Loader.getPlatform();
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
