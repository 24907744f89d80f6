package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.natives.Platform;
import dev.dovetail.runtime.Doctor.Finding;
import dev.dovetail.runtime.Doctor.Status;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFindingsTest {

  private static final Platform LINUX = new Platform("linux", "x86_64");

  private static final byte[] LIBRARY = new byte[3_000_000];

  @TempDir private Path folder;

  private List<Finding> examine(Platform machine, Map<String, String> environment, Path... path)
      throws IOException {
    String libraryPath =
        String.join(File.pathSeparator, List.of(path).stream().map(Path::toString).toList());
    List<Path> jars = List.of(folder.resolve("classes"), folder.resolve("lib"));
    return new TrainingFindings(machine, jars, folder.resolve("cache"))
        .examine(environment, libraryPath);
  }

  private Finding libtorch(Platform machine) throws IOException {
    List<Finding> findings = examine(machine, Map.of());
    assertEquals(1, findings.size(), findings.toString());
    return findings.get(0);
  }

  /** Sparse jars as published, each with one library. */
  private void jars(String platform, String library) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (String artifact : List.of("pytorch-2.10.0-1.5.13", "openblas-0.3.31", "javacpp-1.5.13")) {
      Files.createFile(lib.resolve(artifact + ".jar"));
      Path jar = lib.resolve(artifact + "-" + platform + ".jar");
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        out.putNextEntry(new JarEntry("org/bytedeco/pytorch/" + platform + "/" + library));
        out.write(LIBRARY);
      }
    }
  }

  private static Finding finding(String subject, Status status, String text) {
    return new Finding(subject, status, text);
  }

  @Test
  void aMissingLibtorchIsReportedWithAdvice() throws IOException {
    Finding absent =
        finding(
            "training",
            Status.ABSENT,
            "libtorch is not downloaded yet; the first 'dovetail train' downloads it and prints"
                + " its size");
    assertEquals(absent, libtorch(LINUX));
    jars("macosx-arm64", "libjnitorch.dylib");
    assertEquals(absent, libtorch(LINUX));
  }

  @Test
  void anIncompleteSetOfJarsIsNotEnough() throws IOException {
    jars("linux-x86_64", "libjnitorch.so");
    Files.delete(folder.resolve("lib/openblas-0.3.31-linux-x86_64.jar"));
    assertEquals(Status.ABSENT, libtorch(LINUX).status());
  }

  @Test
  void theVersionAndTheLocationOfTheJarsAreReported() throws IOException {
    jars("linux-x86_64", "libjnitorch.so");
    String here = "libtorch 2.10.0-1.5.13 in " + folder.resolve("lib") + ", 0 MB; ";
    assertEquals(
        finding(
            "training",
            Status.GOOD,
            here + "the first training unpacks libtorch to " + folder.resolve("cache")),
        libtorch(LINUX));
    CRC32 crc = new CRC32();
    crc.update(LIBRARY);
    String name = "libtorch-" + HexFormat.of().toHexDigits((int) crc.getValue());
    Files.createDirectories(folder.resolve("cache/natives/libtorch-00000000"));
    Path unpacked = Files.createDirectories(folder.resolve("cache/natives").resolve(name));
    Files.write(unpacked.resolve("libjnitorch.so"), LIBRARY);
    assertEquals(
        finding("training", Status.GOOD, here + "unpacked in " + unpacked + ", 3 MB"),
        libtorch(LINUX));
  }

  @Test
  void javaCppUnpacksItExceptOnLinux() throws IOException {
    jars("macosx-arm64", "libjnitorch.dylib");
    Path unpacked = folder.resolve("cache/javacpp/pytorch-2.10.0-1.5.13-macosx-arm64.jar");
    Files.createDirectories(unpacked);
    Files.write(unpacked.resolve("libjnitorch.dylib"), LIBRARY);
    assertEquals(
        "libtorch 2.10.0-1.5.13 in "
            + folder.resolve("lib")
            + ", 0 MB; unpacked in "
            + unpacked
            + ", 3 MB",
        libtorch(new Platform("osx", "aarch64")).text());
  }

  @Test
  void anUnsupportedMachineIsNamed() throws IOException {
    assertEquals(
        finding(
            "training", Status.ABSENT, "libtorch is not available for linux-arm64 in this version"),
        libtorch(new Platform("linux", "aarch64")));
  }

  @Test
  void theLibtorchOfTheSystemIsNamed() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path system = Files.createDirectories(folder.resolve("system"));
    Files.createFile(system.resolve("libtorchaudio.so"));
    Files.createFile(system.resolve("libc10d.so"));
    assertEquals(1, examine(LINUX, Map.of(), empty, system).size());
    Path other = Files.createFile(system.resolve("libtorch_cpu.so.1.13"));
    assertEquals(
        finding(
            "libtorch",
            Status.GOOD,
            "the system's " + other + " is not used; training uses its own libtorch"),
        examine(LINUX, Map.of(), folder.resolve("missing"), empty, system).get(1));
  }

  @Test
  void aLibtorchThatTheLinkerLoadsIntoEveryProcessIsAProblem() throws IOException {
    Map<String, String> environment = Map.of("LD_PRELOAD", "/usr/lib/a.so:/opt/libc10.so");
    assertEquals(
        finding(
            "libtorch",
            Status.BROKEN,
            "LD_PRELOAD names /opt/libc10.so, which training does not support; remove it from"
                + " LD_PRELOAD"),
        examine(LINUX, environment).get(1));
    assertEquals(1, examine(LINUX, Map.of("LD_PRELOAD", "/usr/lib/libgomp.so.1 ")).size());
  }
}
