package dev.dovetail.cli.score;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Writes the report of {@code score}, for commands that have written predictions to files. */
public final class ScoreReport {

  private ScoreReport() {}

  /**
   * Scores predictions and writes the pages, without printing the metrics.
   *
   * @param folder the directory of the report
   * @param arguments the arguments of {@code score}, without {@code --report}
   * @param err receives progress
   * @throws IOException if a file cannot be read or written
   */
  public static void write(Path folder, List<String> arguments, PrintWriter err)
      throws IOException {
    ScoreCommand score = new ScoreCommand();
    CommandLine command = new CommandLine(score);
    command.setOut(new PrintWriter(Writer.nullWriter()));
    command.setErr(err);
    Stream<String> report = Stream.of("--report", folder.toString());
    command.parseArgs(Stream.concat(arguments.stream(), report).toArray(String[]::new));
    score.call();
  }
}
