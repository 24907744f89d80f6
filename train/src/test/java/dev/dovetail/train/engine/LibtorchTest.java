package dev.dovetail.train.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.natives.CacheFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which libtorch a process loads if the system has another one. The other one consists of copies of
 * ours: loading a copy along with the original ends the process, as loading another version does.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere JavaCPP loads libtorch")
class LibtorchTest {

  /** Runs in a separate process: multiplies, then prints the loaded libraries of libtorch. */
  public static final class Multiplication {
    public static void main(String[] args) throws IOException {
      try {
        Libtorch.load();
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
        System.exit(1);
      }
      try (Tensor ones = torch.ones(8, 8);
          Tensor product = torch.mm(ones, ones);
          Tensor sum = product.sum()) {
        System.out.println(sum.item_double());
      }
      loaded().forEach(System.out::println);
    }
  }

  @TempDir private Path folder;

  @BeforeAll
  static void ours() {
    Libtorch.load();
  }

  /** Returns the files of libtorch that this process has loaded. */
  private static List<Path> loaded() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("/"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(p -> p.getFileName().toString().matches("lib(c10|torch|jnitorch|jnijavacpp).*"))
          .distinct()
          .sorted()
          .toList();
    }
  }

  /**
   * Puts another libtorch into the directory, under the names of a GPU build, and returns its core
   * library.
   */
  private Path another() throws IOException {
    Path core = loaded().stream().filter(p -> p.endsWith("libc10.so")).findFirst().orElseThrow();
    for (String name : List.of("libc10_cuda.so", "libtorch_cuda.so", "libtorch_cpu.so")) {
      Files.copy(core, folder.resolve(name));
    }
    return Files.copy(core, folder.resolve("libc10.so"));
  }

  private record Result(int code, List<String> lines) {}

  private Result multiply(Map<String, String> environment, String... options) throws Exception {
    return multiply(System.getProperty("java.class.path"), environment, options);
  }

  private Result multiply(String classPath, Map<String, String> environment, String... options)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath));
    command.add(Multiplication.class.getName());
    Path out = folder.resolve("out.txt");
    ProcessBuilder process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    process.environment().putAll(environment);
    Process started = process.start();
    boolean ended = started.waitFor(2, TimeUnit.MINUTES);
    started.destroyForcibly();
    assertTrue(ended, "the process did not end within two minutes");
    return new Result(started.exitValue(), Files.readAllLines(out));
  }

  private void expectOurs(Result result) throws IOException {
    List<String> expected = new ArrayList<>(List.of("512.0"));
    loaded().forEach(file -> expected.add(file.toString()));
    assertEquals(expected, result.lines());
    assertEquals(0, result.code());
  }

  @Test
  void libtorchIsLoadedFromTheCacheDirectory() throws IOException {
    Path natives = CacheFolder.standard().resolve("natives").toRealPath();
    assumeTrue(Files.isWritable(natives));
    assertEquals(4, loaded().size(), loaded().toString()); // libtorch.so itself is empty
    loaded().forEach(file -> assertTrue(file.startsWith(natives), file.toString()));
  }

  @Test
  void anotherLibtorchInTheLinkersPathIsNotLoaded() throws Exception {
    another();
    expectOurs(multiply(Map.of("LD_LIBRARY_PATH", folder.toString())));
  }

  @Test
  void anotherLibtorchInJavasLibraryPathIsNotLoaded() throws Exception {
    another();
    expectOurs(multiply(Map.of(), "-Djava.library.path=" + folder));
  }

  @Test
  void anotherLoadedLibtorchIsRejected() throws Exception {
    Path other = another();
    Result result = multiply(Map.of("LD_PRELOAD", other.toString()));
    assertEquals(1, result.code());
    assertEquals(1, result.lines().size(), result.lines().toString());
    String line = result.lines().get(0);
    assertTrue(line.startsWith("this process has already loaded another libtorch, " + other), line);
  }

  @Test
  void aMissingArtifactIsNamed() throws Exception {
    List<String> classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.matches(".*openblas-[^/]*-linux-x86_64[.]jar"))
            .toList();
    Result result = multiply(String.join(File.pathSeparator, classPath), Map.of());
    assertEquals(
        List.of(
            "libtorch for linux-x86_64 cannot be loaded (missing: libgcc_s.so.1, libquadmath.so.0,"
                + " libgfortran.so.5, libopenblas.so.0); training needs org.bytedeco:pytorch,"
                + " openblas and javacpp with the classifier linux-x86_64 on the class path"),
        result.lines());
  }

  @Test
  void anUnsupportedPlatformIsNamed() throws Exception {
    Result result = multiply(Map.of(), "-Dorg.bytedeco.javacpp.platform=linux-arm64");
    assertEquals(1, result.code());
    assertTrue(
        result
            .lines()
            .contains(
                "libtorch is not available for linux-arm64 in this version, only for [linux-x86_64,"
                    + " macosx-arm64, macosx-x86_64, windows-x86_64]"),
        result.lines().toString());
  }
}
