package dev.dovetail.cli;

import dev.dovetail.natives.CacheFolder;
import dev.dovetail.natives.Platform;
import dev.dovetail.runtime.Doctor.Finding;
import dev.dovetail.runtime.Doctor.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Reports whether this machine can train. libtorch is not bundled with the program. Its files are
 * inspected, but neither loaded nor downloaded.
 */
final class TrainingFindings {

  /** The platforms that libtorch is published for, by artifact classifier. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  /** Libraries that a process can load only once. */
  private static final Pattern LIBTORCH =
      Pattern.compile("(lib)?(c10|torch|torch_cpu)\\.(so|dylib|dll)(\\.[0-9.]+)?");

  private static final String SUBJECT = "training";

  private final String platform;
  private final NativeJars jars;
  private final Path cache;

  /**
   * Examines a machine.
   *
   * @param machine the platform of the libraries
   * @param jars jars, and directories of jars
   * @param cache the directory of unpacked libraries
   */
  TrainingFindings(Platform machine, List<Path> jars, Path cache) {
    this.jars = new NativeJars(machine, jars);
    this.platform = this.jars.platform();
    this.cache = cache;
  }

  /** {@return the findings for this machine and process} */
  static TrainingFindings ofThisMachine() {
    List<Path> jars = NativeJars.places("train");
    return new TrainingFindings(Platform.current(), jars, CacheFolder.standard());
  }

  /**
   * {@return whether libtorch is available, and which other libtorch the system has}
   *
   * @param environment the environment variables that the linker reads
   * @param libraryPath Java's native library path
   */
  List<Finding> examine(Map<String, String> environment, String libraryPath) throws IOException {
    List<Finding> findings = new ArrayList<>(List.of(libtorch()));
    Optional<Path> forced =
        Stream.of(environment.getOrDefault("LD_PRELOAD", "").split("[: ]+"))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .filter(TrainingFindings::isLibtorch)
            .findFirst();
    if (forced.isPresent()) {
      String text =
          "LD_PRELOAD names "
              + forced.get()
              + ", which training does not support; remove it from LD_PRELOAD";
      findings.add(new Finding("libtorch", Status.BROKEN, text));
      return findings;
    }
    for (Path folder : NativeJars.paths(libraryPath)) {
      Optional<Path> other = NativeJars.first(folder, TrainingFindings::isLibtorch);
      if (other.isPresent()) {
        findings.add(
            new Finding(
                "libtorch",
                Status.GOOD,
                "the system's "
                    + other.get()
                    + (platform.startsWith("linux")
                        ? " is not used; training uses its own libtorch"
                        : " is not the libtorch that training uses; remove it from the path if"
                            + " both are loaded")));
        return findings;
      }
    }
    return findings;
  }

  private static boolean isLibtorch(Path file) {
    return LIBTORCH.matcher(file.getFileName().toString()).matches();
  }

  private Finding libtorch() throws IOException {
    if (!PUBLISHED.contains(platform)) {
      return new Finding(
          SUBJECT, Status.ABSENT, "libtorch is not available for " + platform + " in this version");
    }
    Optional<Path> pytorch = jars.find("pytorch");
    Optional<Path> openblas = jars.find("openblas");
    Optional<Path> javacpp = jars.find("javacpp");
    if (pytorch.isEmpty() || openblas.isEmpty() || javacpp.isEmpty()) {
      return new Finding(
          SUBJECT,
          Status.ABSENT,
          "libtorch is not downloaded yet; the first 'dovetail train' downloads it and prints"
              + " its size");
    }
    Path jar = pytorch.get();
    long bytes = Files.size(jar) + Files.size(openblas.get()) + Files.size(javacpp.get());
    return new Finding(
        SUBJECT,
        Status.GOOD,
        "libtorch "
            + jars.version(jar)
            + " in "
            + jar.toAbsolutePath().getParent()
            + ", "
            + NativeJars.megabytes(bytes)
            + "; "
            + unpacked(jar));
  }

  private String unpacked(Path jar) throws IOException {
    for (Path folder : folders(jar)) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.walk(folder)) {
          long bytes = 0;
          for (Path file : all.filter(Files::isRegularFile).toList()) {
            bytes += Files.size(file);
          }
          return "unpacked in " + folder + ", " + NativeJars.megabytes(bytes);
        }
      }
    }
    return "the first training unpacks libtorch to " + cache;
  }

  /**
   * Returns the directory to which training unpacks a jar: that of the module natives on Linux, and
   * that of JavaCPP elsewhere.
   */
  private List<Path> folders(Path jar) throws IOException {
    List<Path> folders = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry main = file.getEntry("org/bytedeco/pytorch/" + platform + "/libjnitorch.so");
      if (main != null) {
        String id = HexFormat.of().toHexDigits((int) main.getCrc());
        folders.add(cache.resolve("natives").resolve("libtorch-" + id));
      }
    }
    folders.add(cache.resolve("javacpp").resolve(jar.getFileName()));
    return folders;
  }
}
