package dev.dovetail.cuda.driver;

import dev.dovetail.natives.CacheFolder;
import java.util.Map;

/**
 * Sets the system properties that JavaCPP reads when its first class is loaded: the directory in
 * which it unpacks libraries, and its memory limits. By default JavaCPP allocates no more than four
 * times the Java heap, which is unrelated to the memory that models need; 0 means no limit.
 */
public final class JavaCpp {

  private JavaCpp() {}

  /**
   * Sets the properties that the user has not set. Must be called before any other class of JavaCPP
   * is used.
   */
  public static void prepare() {
    Map.of(
            "org.bytedeco.javacpp.cachedir", CacheFolder.standard().resolve("javacpp").toString(),
            "org.bytedeco.javacpp.maxPhysicalBytes", "0",
            "org.bytedeco.javacpp.maxBytes", "0")
        .forEach(System.getProperties()::putIfAbsent);
  }
}
