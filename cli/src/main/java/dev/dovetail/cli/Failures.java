package dev.dovetail.cli;

import dev.dovetail.cli.console.Problem;
import java.io.PrintWriter;
import java.util.Optional;

/** Reports a failure in one sentence. Only bugs of the program are reported with a stack trace. */
final class Failures {

  private Failures() {}

  /** Prints the failure and returns the exit code. */
  static int report(Throwable thrown, PrintWriter err) {
    Optional<Problem> problem = Problem.of(thrown);
    if (problem.isPresent()) {
      err.println("dovetail: " + problem.get().sentence());
      return problem.get().code();
    }
    err.println("dovetail: this is a bug in dovetail; please report it with these lines:");
    thrown.printStackTrace(err);
    return Main.FAILED;
  }
}
