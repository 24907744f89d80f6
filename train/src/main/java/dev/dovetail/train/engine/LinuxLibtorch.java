package dev.dovetail.train.engine;

import dev.dovetail.natives.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * libtorch on Linux, loaded by the absolute names of its files. JavaCPP would look for libraries of
 * CUDA first, in all folders of the system, and with one of them load another libtorch than ours,
 * if there is one: the process then ends in libtorch's own checks, or in a wrong address.
 */
final class LinuxLibtorch {

  /**
   * Each after those that it needs. What is loaded stands for all libraries of its name, so that
   * the system's linker looks for none of them, neither in {@code LD_LIBRARY_PATH} nor elsewhere.
   */
  private static final List<String> FILES =
      List.of(
          "libjnijavacpp.so",
          "libgcc_s.so.1",
          "libquadmath.so.0",
          "libgfortran.so.5",
          "libopenblas.so.0",
          "libgomp.so.1",
          "libc10.so",
          "libtorch_cpu.so",
          "libjnitorch.so");

  /** Libraries of which a process can have only one. */
  private static final Pattern LIBTORCH = Pattern.compile("lib(c10|torch|torch_cpu)\\.so.*");

  private static final Path MAPS = Path.of("/proc/self/maps");

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries(
          "libtorch", Loader.class, folder("javacpp"), folder("openblas"), folder("pytorch"));

  private LinuxLibtorch() {}

  private static String folder(String artifact) {
    return "/org/bytedeco/" + artifact + "/linux-x86_64";
  }

  /**
   * Loads the libraries.
   *
   * @return whether they are all on the class path; nothing is loaded if not
   * @throws IOException if they can be unpacked nowhere
   * @throws IllegalStateException if the process has another libtorch already
   * @throws UnsatisfiedLinkError if the system cannot load them
   */
  static boolean load() throws IOException {
    Optional<Path> other = loaded();
    if (other.isPresent()) {
      throw new IllegalStateException(
          "another libtorch is in this process already, "
              + other.get()
              + ", and two cannot work side by side; it was named by LD_PRELOAD, or something else in"
              + " this program loaded it: start without it");
    }
    // The folder is named after the first.
    List<String> mainFirst = new ArrayList<>(FILES);
    Collections.reverse(mainFirst);
    Optional<Path> folder = LIBRARIES.unpackFiles(mainFirst);
    if (folder.isEmpty() || FILES.stream().anyMatch(f -> !Files.exists(folder.get().resolve(f)))) {
      return false;
    }
    FILES.forEach(file -> System.load(folder.get().resolve(file).toString()));
    return true;
  }

  /** The libtorch that is a part of the process, if one is. */
  private static Optional<Path> loaded() throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.indexOf('/') >= 0)
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(file -> LIBTORCH.matcher(file.getFileName().toString()).matches())
          .findFirst();
    }
  }
}
