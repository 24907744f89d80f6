package dev.dovetail.cli;

import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.natives.Platform;
import dev.dovetail.runtime.Doctor.Finding;
import dev.dovetail.runtime.Doctor.Status;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The artifact that reads and writes videos. It is not bundled with the program. The launcher
 * builds it on first use and downloads FFmpeg.
 */
final class VideoSupport {

  private static final String PART = "video";
  private static final String SUBJECT = "videos";

  /** The platforms that FFmpeg is published for, by artifact classifier. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "linux-arm64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  private VideoSupport() {}

  /**
   * Finds the artifact on the class path, or lets the launcher add it.
   *
   * @throws IOException if neither succeeds
   */
  static VideoLibrary load() throws IOException {
    Optional<VideoLibrary> available = VideoLibrary.find(VideoLibrary.class.getClassLoader());
    if (available.isPresent()) {
      return available.get();
    }
    String home = System.getProperty("dovetail.home");
    if (home == null) {
      throw new IOException(
          "reading videos needs the artifact dev.dovetail:dovetail-video and FFmpeg for this"
              + " machine on the class path");
    }
    return VideoLibrary.find(added(Path.of(home)))
        .orElseThrow(
            () ->
                new IOException(
                    "the build of dovetail-video is incomplete; run dovetail --add video"));
  }

  /**
   * Lets the launcher build the artifact if it is missing or outdated. The launcher prints to
   * stderr.
   */
  private static ClassLoader added(Path home) throws IOException {
    Process launcher =
        new ProcessBuilder("sh", home.resolve("dovetail").toString(), "--add", PART)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    launcher.getOutputStream().close();
    try {
      if (launcher.waitFor() != 0) {
        throw new IOException("reading videos needs FFmpeg; the lines above explain what failed");
      }
    } catch (InterruptedException e) {
      launcher.destroy();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the build was interrupted").initCause(e);
    }
    // The class loader stays open while the program runs.
    return new URLClassLoader(
        jars(home.resolve(PART).resolve("target/app/lib")), VideoSupport.class.getClassLoader());
  }

  /** {@return whether FFmpeg is available; its files are inspected but not loaded} */
  static Finding finding() throws IOException {
    return finding(new NativeJars(Platform.current(), NativeJars.places(PART)));
  }

  static Finding finding(NativeJars jars) throws IOException {
    Optional<Path> jar = jars.find("ffmpeg");
    if (jar.isPresent()) {
      return new Finding(
          SUBJECT,
          Status.GOOD,
          "FFmpeg "
              + jars.version(jar.get())
              + " in "
              + jar.get().toAbsolutePath().getParent()
              + ", "
              + NativeJars.megabytes(Files.size(jar.get())));
    }
    return new Finding(
        SUBJECT,
        Status.ABSENT,
        PUBLISHED.contains(jars.platform())
            ? "FFmpeg is not downloaded yet; the first video that 'dovetail predict' reads"
                + " downloads it, or run 'dovetail --add video'"
            : "FFmpeg is not available for " + jars.platform() + " in this version");
  }

  private static URL[] jars(Path folder) throws IOException {
    List<URL> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : files) {
        jars.add(jar.toUri().toURL());
      }
    }
    return jars.toArray(URL[]::new);
  }
}
