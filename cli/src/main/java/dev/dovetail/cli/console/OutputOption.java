package dev.dovetail.cli.console;

import dev.dovetail.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** An option that specifies a file to write. */
public final class OutputOption {

  private OutputOption() {}

  /**
   * Checks that the file can be written, before the run starts.
   *
   * @throws UsageException if it is a directory or its directory does not exist
   * @throws IOException if permission to write it is missing
   */
  public static void check(String option, Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UsageException(option + " " + file + " is a directory; specify a file");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + file + ": no such directory: " + folder);
    }
    OutputFile.check(file);
  }

  /** Also checks the file, and redirects stderr messages if the file is the standard output. */
  public static void check(CommandSpec spec, String option, Path file) throws IOException {
    check(option, file);
    if (OutputFile.isStandardOutput(file)) {
      CommandLine command = spec.commandLine();
      command.setOut(command.getErr());
    }
  }
}
