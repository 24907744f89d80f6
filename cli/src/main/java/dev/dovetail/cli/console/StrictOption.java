package dev.dovetail.cli.console;

import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --strict}: what is odd in annotations and predictions, refused or counted. */
public final class StrictOption {

  @Option(
      names = "--strict",
      description =
          "refuse what is odd in annotations or predictions, where else the reference's number is"
              + " given with a warning")
  private boolean strict;

  public boolean isStrict() {
    return strict;
  }

  /** A new count of what is odd. */
  public Warnings warnings() {
    return new Warnings(strict ? Strictness.STRICT : Strictness.LENIENT);
  }

  /** Prints one line for each kind of oddity. */
  public static void print(Warnings warnings, PrintWriter err) {
    print(warnings.entries(), err);
  }

  /** The same for some kinds alone. */
  public static void print(List<Warnings.Entry> entries, PrintWriter err) {
    entries.forEach(e -> err.println("dovetail: warning: " + e));
    err.flush();
  }
}
