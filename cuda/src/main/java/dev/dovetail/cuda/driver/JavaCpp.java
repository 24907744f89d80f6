package dev.dovetail.cuda.driver;

import dev.dovetail.natives.CacheFolder;
import java.util.Map;

/**
 * What JavaCPP reads from the system's properties when its first class is loaded: where it unpacks
 * libraries, and above how many bytes of the process it refuses to make a pointer. That limit would
 * be four times the Java heap, which says nothing of the memory that models need; 0 is no limit.
 */
public final class JavaCpp {

  private JavaCpp() {}

  /**
   * Sets those properties that the user did not set. Must be called before any other class of
   * JavaCPP is used.
   */
  public static void prepare() {
    Map.of(
            "org.bytedeco.javacpp.cachedir", CacheFolder.standard().resolve("javacpp").toString(),
            "org.bytedeco.javacpp.maxPhysicalBytes", "0",
            "org.bytedeco.javacpp.maxBytes", "0")
        .forEach(System.getProperties()::putIfAbsent);
  }
}
