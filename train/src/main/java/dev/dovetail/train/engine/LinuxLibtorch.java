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
   * @throws IOException if they can be unpacked nowhere
   * @throws IllegalStateException if the process has another libtorch already
   * @throws UnsatisfiedLinkError if they are not all on the class path, or the system cannot load
   *     them
   */
  static void load() throws IOException {
    List<String> missing =
        FILES.stream()
            .filter(file -> FOLDERS.stream().allMatch(f -> resource(f, file) == null))
            .toList();
    if (!missing.isEmpty()) {
      throw new UnsatisfiedLinkError("missing: " + String.join(", ", missing));
    }
    // The folder is named after the first.
    List<String> mainFirst = new ArrayList<>(FILES);
    Collections.reverse(mainFirst);
    Path folder = LIBRARIES.unpackFiles(mainFirst).orElseThrow();
    Optional<String> other = loadedFromElsewhere(folder);
    if (other.isPresent()) {
      throw new IllegalStateException(
          "another libtorch is in this process already, "
              + other.get()
              + ", and two cannot work side by side; it was named by LD_PRELOAD, or something else"
              + " in this program loaded it: start without it");
    }
    FILES.forEach(file -> System.load(folder.resolve(file).toString()));
  }

  /** The libtorch that is a part of the process, if one is that does not lie in the folder. */
  private static Optional<String> loadedFromElsewhere(Path folder) throws IOException {
    // Whatever bytes the names of other files have.
    String maps = new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8);
    return maps.lines()
        .filter(line -> line.indexOf('/') >= 0)
        .map(line -> line.substring(line.indexOf('/')))
        .filter(file -> LIBTORCH.matcher(file.substring(file.lastIndexOf('/') + 1)).matches())
        .filter(file -> !file.startsWith(folder + "/"))
        .findFirst();
  }
}
