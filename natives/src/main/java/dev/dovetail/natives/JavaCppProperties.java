package dev.dovetail.natives;

import java.util.Map;

/**
 * The system properties that JavaCPP reads when its first class is initialized. Every module that
 * uses JavaCPP (training, videos, GPU kernels) sets the same defaults.
 */
public final class JavaCppProperties {

  private JavaCppProperties() {}

  /**
   * Sets the properties that the user did not set. Must be called before any class of JavaCPP is
   * initialized.
   *
   * <ul>
   *   <li>Libraries are unpacked to {@code javacpp} in the {@linkplain CacheFolder cache
   *       directory}.
   *   <li>The memory of the process is not limited. By default JavaCPP refuses to allocate once the
   *       process uses four times the Java heap, but the memory of a model is outside the heap.
   * </ul>
   */
  public static void setDefaults() {
    Map.of(
            "org.bytedeco.javacpp.cachedir", CacheFolder.standard().resolve("javacpp").toString(),
            "org.bytedeco.javacpp.maxPhysicalBytes", "0",
            "org.bytedeco.javacpp.maxBytes", "0")
        .forEach(System.getProperties()::putIfAbsent);
  }
}
