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

/** What the launcher starts, shown by a program in Java's place that prints its arguments. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for a POSIX shell")
class LauncherTest {

  /** Records two classes a run, one of them each time, and writes archives that hold the list. */
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
    Files.writeString(options.resolve("score.options"), "-Xmn52m\n");
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JAVA);
    assertTrue(java.toFile().setExecutable(true));
    assertTrue(home.resolve("dovetail").toFile().setExecutable(true));
    Files.createFile(app.resolve("built-cpu"));
    Files.setLastModifiedTime(
        app.resolve("built-cpu"), FileTime.from(Instant.now().plusSeconds(3600)));
  }

  /** The arguments that Java gets. */
  private List<String> start(Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("dovetail").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().keySet().removeIf(name -> name.startsWith("DOVETAIL_"));
    process.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    process.environment().putAll(environment);
    Process started = process.start();
    String output = new String(started.getInputStream().readAllBytes());
    assertTrue(started.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, started.exitValue(), output);
    return output.lines().toList();
  }

  /** Those of them that are for Java itself and not the same for every verb. */
  private List<String> own(List<String> arguments) {
    return arguments.subList(0, arguments.indexOf("-cp")).stream()
        .filter(a -> a.startsWith("@") || a.startsWith("-Xm") || a.startsWith("-XX:+UseG1"))
        .toList();
  }

  @Test
  void aVerbGetsTheOptionsOfTheFileNamedAfterItAndOthersNone() throws Exception {
    List<String> file = List.of("@" + options.resolve("score.options"));
    assertEquals(file, own(start(Map.of(), "score", "--type", "bbox")));
    assertEquals(List.of(), own(start(Map.of(), "predict", "model")));
    assertEquals(List.of(), own(start(Map.of())));
    Files.writeString(options.resolve("convert.options"), "-Xmx1g\n");
    assertEquals(
        List.of("@" + options.resolve("convert.options")), own(start(Map.of(), "convert")));
  }

  @Test
  void wordsAfterTheVerbDoNotMatter() throws Exception {
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
  void theUsersOptionsStandInTheirPlace() throws Exception {
    Map<String, String> user = Map.of("DOVETAIL_JAVA_OPTS", "-Xmx8g -XX:+UseG1GC");
    assertEquals(List.of("-Xmx8g", "-XX:+UseG1GC"), own(start(user, "score")));
    assertEquals(List.of("-Xmx8g", "-XX:+UseG1GC"), own(start(user, "predict")));
  }

  @Test
  void oneArchiveHoldsTheClassesOfAllSampleRunsAndIsMadeOnce() throws Exception {
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
  void withoutAnArchiveTheProgramStartsAllTheSame() throws Exception {
    Files.delete(options.resolve("sample/runs"));
    List<String> arguments = start(Map.of(), "score");
    assertTrue(arguments.contains("dev.dovetail.cli.Main"), arguments.toString());
    assertFalse(arguments.stream().anyMatch(a -> a.startsWith("-XX:SharedArchiveFile")));
  }

  @Test
  void everyFileOfOptionsNamesAVerb() throws IOException {
    Path real = SharedFolder.projectRoot().resolve("cli/src/main/launcher");
    try (var files = Files.newDirectoryStream(real, "*.options")) {
      for (Path file : files) {
        String verb = file.getFileName().toString().replace(".options", "");
        assertTrue(Main.commandLine().getSubcommands().containsKey(verb), verb);
      }
    }
  }
}
