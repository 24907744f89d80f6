package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands that the launcher starts, printed by a substitute for Java. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for a POSIX shell")
class LauncherTest {

  /**
   * A substitute for Java that records two classes per run, one of them always, and writes archives
   * that contain the list.
   */
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -XX:DumpLoadedClassList=*) list=${argument#*=} ;;
          -XX:SharedClassListFile=*) classes=${argument#*=} ;;
          -XX:SharedArchiveFile=*) archive=${argument#*=} ;;
        esac
        last=$argument
        [ "$argument" = -Xshare:dump ] && dump=yes
      done
      if [ -n "${list:-}" ]; then
        printf 'java/lang/Object id: 0\\nOnly/%s id: 1\\n' "$last" >"$list"
      elif [ -n "${dump:-}" ]; then
        [ -s "$classes" ] && cp "$classes" "$archive"
      else
        printf '%s\\n' "$@"
      fi
      """;

  /** A substitute for Maven that records the requested modules and creates their jars. */
  private static final String MAVEN =
      """
      #!/bin/sh
      while [ "$1" != -pl ]; do shift; done
      echo "$2" >>built
      for module in $(echo "$2" | tr , ' '); do
        mkdir -p "$module/target/app/lib"
        : >"$module/target/app/lib/$module.jar"
      done
      [ ! -e offline ]
      """;

  private static final String LINUX = "Linux x86_64";

  @TempDir Path folder;

  private Path home;
  private Path app;
  private Path options;

  @BeforeEach
  void aProgramThatIsBuilt() throws IOException {
    home = folder.resolve("a home");
    app = home.resolve("cli/target/app");
    options = home.resolve("cli/src/main/launcher");
    Files.createDirectories(app.resolve("lib"));
    Files.createDirectories(options.resolve("sample"));
    Files.copy(SharedFolder.projectRoot().resolve("dovetail"), home.resolve("dovetail"));
    Files.createFile(app.resolve("lib/program.jar"));
    Files.writeString(options.resolve("sample/runs"), "score --type segm\npredict model\n");
    Files.writeString(
        home.resolve("pom.xml"),
        "<pytorch.version>2.0</pytorch.version>\n<ffmpeg.version>8.0</ffmpeg.version>\n");
    Files.writeString(options.resolve("score.options"), "-Xmn52m\n");
    program(folder.resolve("jdk/bin/java"), JAVA);
    program(home.resolve("mvnw"), MAVEN);
    machine(LINUX);
    assertTrue(home.resolve("dovetail").toFile().setExecutable(true));
    Files.createFile(app.resolve("built-cpu"));
    Files.setLastModifiedTime(
        app.resolve("built-cpu"), FileTime.from(Instant.now().plusSeconds(3600)));
  }

  private static void program(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    assertTrue(file.toFile().setExecutable(true));
  }

  /** Simulates a machine for the launcher. */
  private void machine(String name) throws IOException {
    program(folder.resolve("bin/uname"), "#!/bin/sh\necho " + name + "\n");
  }

  /** The modules that Maven was requested to build, one line per run. */
  private List<String> built() throws IOException {
    Path built = home.resolve("built");
    return Files.exists(built) ? Files.readAllLines(built) : List.of();
  }

  /** The names of the jars, in the order of the class path. */
  private static List<String> jars(List<String> arguments) {
    String path = arguments.get(arguments.indexOf("-cp") + 1);
    return Arrays.stream(path.split(":")).map(p -> Path.of(p).getFileName().toString()).toList();
  }

  /** The arguments of Java. */
  private List<String> start(Map<String, String> environment, String... arguments)
      throws Exception {
    return run(0, environment, arguments);
  }

  /** The output of the launcher. For a successful start, these are the arguments of Java. */
  private List<String> run(int code, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("dovetail").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().keySet().removeIf(name -> name.startsWith("DOVETAIL_"));
    process.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    process.environment().put("HOME", folder.toString());
    process.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
    process.environment().putAll(environment);
    Process started = process.start();
    String output = new String(started.getInputStream().readAllBytes());
    assertTrue(started.waitFor(1, TimeUnit.MINUTES));
    assertEquals(code, started.exitValue(), output);
    return output.lines().toList();
  }

  /** The arguments for the Java virtual machine that depend on the command. */
  private List<String> own(List<String> arguments) {
    return arguments.subList(0, arguments.indexOf("-cp")).stream()
        .filter(a -> a.startsWith("@") || a.startsWith("-Xm") || a.startsWith("-XX:+UseG1"))
        .toList();
  }

  @Test
  void aCommandGetsTheOptionsOfItsFileAndOthersNone() throws Exception {
    List<String> file = List.of("@" + options.resolve("score.options"));
    assertEquals(file, own(start(Map.of(), "score", "--type", "bbox")));
    assertEquals(List.of(), own(start(Map.of(), "predict", "model")));
    assertEquals(List.of(), own(start(Map.of())));
    Files.writeString(options.resolve("convert.options"), "-Xmx1g\n");
    assertEquals(
        List.of("@" + options.resolve("convert.options")), own(start(Map.of(), "convert")));
  }

  @Test
  void laterArgumentsDoNotMatter() throws Exception {
    assertEquals(
        own(start(Map.of(), "score", "--type", "bbox")),
        own(start(Map.of(), "score", "--type", "semantic", "--gt", "panoptic")));
    assertEquals(List.of(), own(start(Map.of(), "predict", "score")));
    List<String> passed = start(Map.of(), "score", "--gt", "a b", "");
    assertEquals(
        List.of("dev.dovetail.cli.Main", "score", "--gt", "a b", ""),
        passed.subList(passed.indexOf("dev.dovetail.cli.Main"), passed.size()));
  }

  @Test
  void theUsersOptionsReplaceThem() throws Exception {
    Map<String, String> user = Map.of("DOVETAIL_JAVA_OPTS", "-Xmx8g -XX:+UseG1GC");
    assertEquals(List.of("-Xmx8g", "-XX:+UseG1GC"), own(start(user, "score")));
    assertEquals(List.of("-Xmx8g", "-XX:+UseG1GC"), own(start(user, "predict")));
  }

  @Test
  void oneArchiveContainsTheClassesOfAllSampleRunsAndIsCreatedOnce() throws Exception {
    Path archive = app.resolve("classes.jsa");
    List<String> first = start(Map.of(), "score");
    assertEquals(
        List.of("java/lang/Object", "Only/segm", "Only/model"), Files.readAllLines(archive));
    assertTrue(first.contains("-XX:SharedArchiveFile=" + archive), first.toString());
    FileTime made = Files.getLastModifiedTime(archive);
    List<String> second = start(Map.of(), "predict");
    assertTrue(second.contains("-XX:SharedArchiveFile=" + archive), second.toString());
    assertEquals(made, Files.getLastModifiedTime(archive));
  }

  @Test
  void theProgramStartsWithoutAnArchive() throws Exception {
    Files.delete(options.resolve("sample/runs"));
    List<String> arguments = start(Map.of(), "score");
    assertTrue(arguments.contains("dev.dovetail.cli.Main"), arguments.toString());
    assertFalse(arguments.stream().anyMatch(a -> a.startsWith("-XX:SharedArchiveFile")));
  }

  @Test
  void trainingIsBuiltOnceAndComesAfterTheProgramAndBeforePlugIns() throws Exception {
    Files.createDirectories(home.resolve("plugins"));
    Files.createFile(home.resolve("plugins/part.jar"));
    List<String> first = start(Map.of(), "train", "config.json");
    assertEquals("dovetail: training needs libtorch: downloading 113 MB, once", first.get(0));
    assertEquals(List.of("program.jar", "train.jar", "part.jar"), jars(first));
    List<String> second = start(Map.of(), "train", "config.json");
    assertFalse(second.stream().anyMatch(line -> line.startsWith("dovetail:")), second.toString());
    assertEquals(List.of("program.jar", "train.jar", "part.jar"), jars(second));
    assertEquals(List.of("train"), built());
    assertEquals(List.of("program.jar", "part.jar"), jars(start(Map.of(), "predict", "train")));
  }

  @Test
  void nothingIsBuiltForOtherCommandsAndForHelp() throws Exception {
    for (String[] arguments :
        new String[][] {
          {"predict", "train"},
          {"help", "train"},
          {"train"},
          {"train", "--help"},
          {"train", "config.json", "-h"},
          {"train", "--version"}
        }) {
      assertEquals(List.of("program.jar"), jars(start(Map.of(), arguments)));
    }
    assertEquals(List.of(), built());
  }

  @Test
  void programAndTrainingAreBuiltTogetherIfBothAreStale() throws Exception {
    start(Map.of(), "train", "config.json");
    Path source = Files.createDirectories(home.resolve("core/src/main")).resolve("A.java");
    Files.createFile(source);
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(7200)));
    List<String> arguments = start(Map.of(), "train", "config.json");
    assertEquals(List.of("train", "cli,train"), built());
    assertEquals(List.of("cli.jar", "train.jar"), jars(arguments));
  }

  @Test
  void theGpuKernelsAreBuiltIfRequestedAndSupported() throws Exception {
    Map<String, String> gpu = Map.of("DOVETAIL_GPU", "1");
    List<String> arguments = start(gpu, "predict", "model");
    assertEquals(List.of("cli,cuda"), built());
    assertEquals(List.of("cli.jar", "cuda.jar"), jars(arguments));
    assertEquals(List.of("cli.jar", "cuda.jar"), jars(start(gpu, "predict", "model")));
    assertEquals(List.of("cli,cuda"), built());
    assertEquals(List.of("cli.jar", "train.jar"), jars(start(gpu, "train", "config.json")));
    machine("Darwin arm64");
    assertEquals(List.of("cli.jar"), jars(start(gpu, "predict", "model")));
  }

  @Test
  void noDownloadIsAnnouncedForCachedArtifacts() throws Exception {
    Path artifact = folder.resolve(".m2/repository/org/bytedeco/pytorch/2.0");
    Files.createDirectories(artifact);
    Files.createFile(artifact.resolve("pytorch-2.0-linux-x86_64.jar"));
    assertEquals(
        "dovetail: building the trainer (once; later starts skip this)",
        start(Map.of(), "train", "config.json").get(0));
  }

  @Test
  void aBuildThatFailedIsTriedAgain() throws Exception {
    Files.createFile(home.resolve("offline"));
    List<String> failed = run(1, Map.of(), "train", "config.json");
    assertTrue(failed.get(1).startsWith("dovetail: the build failed;"), failed.toString());
    Files.delete(home.resolve("offline"));
    assertEquals(
        List.of("program.jar", "train.jar"), jars(start(Map.of(), "train", "config.json")));
    assertEquals(List.of("train", "train"), built());
  }

  @Test
  void anUnsupportedMachineIsReportedAndStillShowsHelp() throws Exception {
    for (String machine : List.of("Linux aarch64", "FreeBSD amd64")) {
      machine(machine);
      List<String> refusal = run(1, Map.of(), "train", "config.json");
      assertEquals(1, refusal.size(), refusal.toString());
      assertTrue(refusal.get(0).contains("is not available for " + machine), refusal.toString());
      assertTrue(start(Map.of(), "train", "--help").contains("--help"));
    }
    assertEquals(List.of(), built());
    machine("Darwin arm64");
    assertEquals(
        "dovetail: training needs libtorch: downloading 69 MB, once",
        start(Map.of(), "train", "config.json").get(0));
  }

  @Test
  void aModuleIsAddedOnceWithoutStartingTheProgram() throws Exception {
    assertEquals(
        List.of("dovetail: videos need FFmpeg: downloading 27 MB, once"),
        start(Map.of(), "--add", "video"));
    assertEquals(List.of(), start(Map.of(), "--add", "video"));
    assertEquals(
        List.of("dovetail: training needs libtorch: downloading 113 MB, once"),
        start(Map.of(), "--add", "train"));
    assertEquals(List.of("video", "train"), built());
    assertEquals(List.of("program.jar"), jars(start(Map.of(), "predict", "model", "clip.mp4")));
  }

  @Test
  void aCachedModuleIsNotAnnouncedAsADownload() throws Exception {
    machine("Linux aarch64");
    Path artifact = folder.resolve(".m2/repository/org/bytedeco/ffmpeg/8.0");
    Files.createDirectories(artifact);
    Files.createFile(artifact.resolve("ffmpeg-8.0-linux-arm64.jar"));
    assertEquals(
        List.of("dovetail: building the video module (once; later starts skip this)"),
        start(Map.of(), "--add", "video"));
  }

  @Test
  void unknownModulesAreReported() throws Exception {
    for (String[] words : new String[][] {{"--add"}, {"--add", "sound"}}) {
      String said = run(2, Map.of(), words).get(0);
      assertTrue(said.endsWith("expected train or video"), said);
    }
    machine("FreeBSD amd64");
    String said = run(1, Map.of(), "--add", "video").get(0);
    assertTrue(said.startsWith("dovetail: videos need FFmpeg, which is not available for"), said);
    assertEquals(List.of(), built());
  }

  @Test
  void everyOptionsFileIsNamedAfterACommand() throws IOException {
    Path real = SharedFolder.projectRoot().resolve("cli/src/main/launcher");
    try (var files = Files.newDirectoryStream(real, "*.options")) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(".options", "");
        assertTrue(Main.commandLine().getSubcommands().containsKey(name), name);
      }
    }
  }
}
