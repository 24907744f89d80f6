package dev.dovetail.cli;

import dev.dovetail.cli.console.Problem;
import java.io.PrintWriter;
import java.util.Optional;

/** Says what went wrong in a sentence; a trace is shown for faults of the program alone. */
final class Failures {

  private Failures() {}

  /** Prints the sentence and gives the exit code. */
  static int report(Throwable thrown, PrintWriter err) {
    Optional<Problem> problem = Problem.of(thrown);
    if (problem.isPresent()) {
      err.println("dovetail: " + problem.get().sentence());
      return problem.get().code();
    }
    err.println("dovetail: this is a fault of the program; please report it with these lines:");
    thrown.printStackTrace(err);
    return Main.FAILED;
  }
}
