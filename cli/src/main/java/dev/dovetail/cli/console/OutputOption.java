package dev.dovetail.cli.console;

import dev.dovetail.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** An option that names a file to write. */
public final class OutputOption {

  private OutputOption() {}

  /**
   * Fails before long work if the file could not be written after it.
   *
   * @throws UsageException if it is a folder or lies in none
   * @throws IOException if there is no permission to write it
   */
  public static void check(String option, Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UsageException(option + " " + file + " is a folder; give a file in it");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + file + ": no such folder: " + folder);
    }
    OutputFile.check(file);
  }

  /** Does the same, and lets the verb speak on stderr if the file is the standard output. */
  public static void check(CommandSpec verb, String option, Path file) throws IOException {
    check(option, file);
    if (OutputFile.isStandardOutput(file)) {
      CommandLine command = verb.commandLine();
      command.setOut(command.getErr());
    }
  }
}
