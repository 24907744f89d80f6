package dev.dovetail.video;

import dev.dovetail.natives.JavaCppProperties;
import dev.dovetail.natives.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/**
 * Loads FFmpeg's native libraries. On Linux, they are loaded by their absolute paths in the cache
 * directory, so that the system's libraries are not used. On other systems, JavaCPP loads them.
 */
final class FFmpegNatives {

  /**
   * The libraries, each after its dependencies. A library that is missing in the jar of a machine
   * is not needed there.
   */
  private static final List<String> FILES =
      List.of(
          "libjnijavacpp.so",
          "libdrm.so.2",
          "libva.so.2",
          "libva-drm.so.2",
          "libavutil.so.60",
          "libswresample.so.6",
          "libswscale.so.9",
          "libavcodec.so.62",
          "libavformat.so.62",
          "libjniavutil.so",
          "libjniswscale.so",
          "libjniavcodec.so",
          "libjniavformat.so");

  private static final String MAIN = "libjniavformat.so";

  /**
   * The property that determines whether JavaCPP loads the libraries of a class when it is
   * initialized.
   */
  private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";

  private static boolean loaded;

  private FFmpegNatives() {}

  /**
   * Loads the libraries if they are not loaded yet.
   *
   * @throws IOException if they are missing for this machine, or cannot be unpacked or loaded
   */
  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    JavaCppProperties.setDefaults();
    String platform = Loader.getPlatform();
    try {
      if (platform.startsWith("linux-")) {
        loadFiles(platform);
      } else {
        List.of(avutil.class, swscale.class, avcodec.class, avformat.class).forEach(Loader::load);
      }
      // Errors are reported by exceptions, not on the standard error.
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
      loaded = true;
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new IOException(
          "FFmpeg for "
              + platform
              + " cannot be loaded ("
              + e.getMessage()
              + "); videos require org.bytedeco:ffmpeg and javacpp with the classifier "
              + platform
              + " on the class path",
          e);
    }
  }

  private static void loadFiles(String platform) throws IOException {
    NativeLibraries libraries =
        new NativeLibraries(
            "ffmpeg",
            Loader.class,
            "/org/bytedeco/javacpp/" + platform,
            "/org/bytedeco/ffmpeg/" + platform);
    // The directory is named after the first library.
    List<String> mainFirst = new ArrayList<>(FILES);
    Collections.reverse(mainFirst);
    Path folder =
        libraries
            .unpackFiles(mainFirst)
            .filter(unpacked -> Files.exists(unpacked.resolve(MAIN)))
            .orElseThrow(() -> new UnsatisfiedLinkError("missing: " + MAIN));
    // Set before a class of JavaCPP is initialized, which would load libraries.
    System.setProperty(JAVACPP_LOADS, "false");
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        System.load(file.toString());
      }
    }
  }
}
