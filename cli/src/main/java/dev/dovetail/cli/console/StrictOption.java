package dev.dovetail.cli.console;

import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The option {@code --strict}: rejects irregularities in annotations and predictions instead of
 * counting them.
 */
public final class StrictOption {

  @Option(
      names = "--strict",
      description =
          "reject irregular annotations and predictions; by default they are handled as the"
              + " reference tool does, with a warning")
  private boolean strict;

  public boolean isStrict() {
    return strict;
  }

  /** Returns a new counter of irregularities. */
  public Warnings warnings() {
    return new Warnings(strict ? Strictness.STRICT : Strictness.LENIENT);
  }

  /** Prints one line per kind of irregularity. */
  public static void print(Warnings warnings, PrintWriter err) {
    print(warnings.entries(), err);
  }

  /** Prints some kinds of irregularities. */
  public static void print(List<Warnings.Entry> entries, PrintWriter err) {
    entries.forEach(e -> err.println("dovetail: warning: " + e));
    err.flush();
  }
}
