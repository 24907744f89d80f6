package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The result of the program as a separate process, started by a shell command in which {@code
 * dovetail} represents it.
 *
 * @param code the exit code of the command
 */
record ProgramRun(int code, String out, String err) {

  private static final Path SHELL = Path.of("/bin/bash");
  private static final int SECONDS = 120;

  /**
   * Runs a shell command in a directory.
   *
   * @param java options of Java
   */
  static ProgramRun of(Path folder, List<String> java, String line)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(SHELL), "bash is not installed");
    String program = ProcessHandle.current().info().command().orElseThrow();
    List<String> words = new ArrayList<>(List.of(program, "-XX:-UsePerfData"));
    words.addAll(java);
    words.addAll(List.of("-cp", "$CLASSES", Main.class.getName(), "\"$@\""));
    String script = "dovetail() { " + String.join(" ", words) + "; }; " + line;
    Path out = folder.resolve("stdout.txt");
    Path err = folder.resolve("stderr.txt");
    ProcessBuilder builder =
        new ProcessBuilder(SHELL.toString(), "-c", script)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("CLASSES", System.getProperty("java.class.path"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it does not terminate: " + line);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new ProgramRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
