package dev.dovetail.train.engine;

import dev.dovetail.natives.NativeLibraries;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
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
 * Loads libtorch on Linux by the absolute paths of its files. JavaCPP would first search all system
 * directories for CUDA libraries, and if it found one could load a different libtorch. The process
 * would then fail in libtorch's own checks, or crash.
 */
final class LinuxLibtorch {

  /**
   * The files, each after its dependencies. The linker uses a loaded library for all libraries of
   * the same name, so it searches for none of them in {@code LD_LIBRARY_PATH} or elsewhere.
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

  /** Libraries that can be loaded only once in a process. */
  private static final Pattern LIBTORCH = Pattern.compile("lib(c10|torch|torch_cpu)\\.so.*");

  private static final Path MAPS = Path.of("/proc/self/maps");

  private static final List<String> FOLDERS =
      Stream.of("javacpp", "openblas", "pytorch")
          .map(artifact -> "/org/bytedeco/" + artifact + "/linux-x86_64")
          .toList();

  private static final NativeLibraries LIBRARIES =
      new NativeLibraries("libtorch", Loader.class, FOLDERS.toArray(String[]::new));

  private LinuxLibtorch() {}

  private static URL resource(String folder, String file) {
    return Loader.class.getResource(folder + "/" + file);
  }

  /**
   * Loads the libraries.
   *
   * @throws IOException if they cannot be unpacked
   * @throws IllegalStateException if the process has already loaded another libtorch
   * @throws UnsatisfiedLinkError if some are not on the class path, or the system cannot load them
   */
  static void load() throws IOException {
    List<String> missing =
        FILES.stream()
            .filter(file -> FOLDERS.stream().allMatch(f -> resource(f, file) == null))
            .toList();
    if (!missing.isEmpty()) {
      throw new UnsatisfiedLinkError("missing: " + String.join(", ", missing));
    }
    // The directory is named after the first file.
    List<String> mainFirst = new ArrayList<>(FILES);
    Collections.reverse(mainFirst);
    Path folder = LIBRARIES.unpackFiles(mainFirst).orElseThrow();
    Optional<String> other = loadedFromElsewhere(folder);
    if (other.isPresent()) {
      throw new IllegalStateException(
          "this process has already loaded another libtorch, "
              + other.get()
              + ", and only one can be used; it is in LD_PRELOAD or was loaded by other code in this"
              + " program: start the program without it");
    }
    FILES.forEach(file -> System.load(folder.resolve(file).toString()));
  }

  /** Returns a libtorch that the process has loaded from outside the directory, if there is one. */
  private static Optional<String> loadedFromElsewhere(Path folder) throws IOException {
    // Decoded leniently: the names of other files may not be valid UTF-8.
    String maps = new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8);
    return maps.lines()
        .filter(line -> line.indexOf('/') >= 0)
        .map(line -> line.substring(line.indexOf('/')))
        .filter(file -> LIBTORCH.matcher(file.substring(file.lastIndexOf('/') + 1)).matches())
        .filter(file -> !file.startsWith(folder + "/"))
        .findFirst();
  }
}
