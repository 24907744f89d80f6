package dev.dovetail.cli;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.tasks.DataMismatchException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what went wrong in a sentence; a trace is shown for faults of the program alone. */
final class Failures {

  private Failures() {}

  /** Prints the sentence and gives the exit code. */
  static int report(Throwable thrown, PrintWriter err) {
    Throwable e = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
    if (e instanceof ConfigException
        || e instanceof UsageException
        || e instanceof DataMismatchException) {
      err.println("dovetail: " + e.getMessage());
      return Main.USAGE;
    }
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      err.println("dovetail: " + sentence(e));
      return Main.FAILED;
    }
    if (e instanceof OutOfMemoryError) {
      err.println(
          "dovetail: the Java heap is too small ("
              + Runtime.getRuntime().maxMemory() / (1 << 20)
              + " MiB); give more with DOVETAIL_JAVA_OPTS=-Xmx4g");
      return Main.FAILED;
    }
    if (e instanceof UnsatisfiedLinkError) {
      err.println("dovetail: a native library cannot be loaded: " + e.getMessage());
      err.println("'dovetail doctor' says which ones work here.");
      return Main.FAILED;
    }
    err.println("dovetail: this is a fault of the program; please report it with these lines:");
    e.printStackTrace(err);
    return Main.FAILED;
  }

  private static String sentence(Throwable e) {
    if (e instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (e instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException existing) {
      return existing.getFile() + " exists already, but is not a folder";
    }
    if (e instanceof FileSystemException fs && fs.getReason() != null) {
      return fs.getFile() + ": " + fs.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
