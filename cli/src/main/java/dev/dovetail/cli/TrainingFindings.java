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
 * Whether this machine can train. libtorch is not a part of the program: its files are looked at,
 * and neither loaded nor downloaded.
 */
final class TrainingFindings {

  /** What libtorch is published for, by the names of its artifacts. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "macosx-arm64", "macosx-x86_64", "windows-x86_64");

  /** The libraries of which a process can have only one. */
  private static final Pattern LIBTORCH =
      Pattern.compile("(lib)?(c10|torch|torch_cpu)\\.(so|dylib|dll)(\\.[0-9.]+)?");

  private static final String SUBJECT = "training";

  private final String platform;
  private final NativeJars jars;
  private final Path cache;

  /**
   * @param machine what the libraries are for
   * @param jars where they may be: jars, and folders of jars
   * @param cache where they are unpacked
   */
  TrainingFindings(Platform machine, List<Path> jars, Path cache) {
    this.jars = new NativeJars(machine, jars);
    this.platform = this.jars.platform();
    this.cache = cache;
  }

  /** {@return those of this machine and this start} */
  static TrainingFindings ofThisMachine() {
    List<Path> jars = NativeJars.places("train");
    return new TrainingFindings(Platform.current(), jars, CacheFolder.standard());
  }

  /**
   * {@return whether libtorch is there, and what other one the system has}
   *
   * @param environment the variables that the linker reads
   * @param libraryPath where Java looks for native libraries
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
      String text = "LD_PRELOAD names " + forced.get() + ": training refuses to start beside it";
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
                        ? " is not used, training has its own"
                        : " is not the one that training uses; take it off the path if both get"
                            + " loaded")));
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
          "libtorch is not downloaded yet; the first dovetail train does that, and says how much it"
              + " is");
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
    return "the first training unpacks it into " + cache;
  }

  /** Where training unpacks a jar: as module natives on Linux, as JavaCPP elsewhere. */
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
