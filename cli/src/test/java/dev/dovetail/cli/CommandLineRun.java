package dev.dovetail.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Assertions;

/**
 * The result of a command line, run in this process.
 *
 * @param code the exit code
 */
record CommandLineRun(int code, String out, String err) {

  static CommandLineRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  /** Fails unless the command succeeded. */
  CommandLineRun succeeded() {
    Assertions.assertEquals(Main.OK, code, () -> "stdout:\n" + out + "\nstderr:\n" + err);
    return this;
  }

  /**
   * Fails unless the command ended with this code, and a message that contains all parts and no
   * stack trace.
   */
  CommandLineRun failed(int expected, String... parts) {
    Assertions.assertEquals(expected, code, () -> "stdout:\n" + out + "\nstderr:\n" + err);
    for (String part : parts) {
      Assertions.assertTrue(err.contains(part), () -> "no '" + part + "' in:\n" + err);
    }
    Assertions.assertFalse(err.contains("\tat "), err);
    Assertions.assertFalse(err.contains("bug in dovetail"), err);
    return this;
  }
}
