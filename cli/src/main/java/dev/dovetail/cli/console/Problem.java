package dev.dovetail.cli.console;

import dev.dovetail.files.DidYouMean;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.tasks.DataMismatchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ExitCode;

/**
 * A failure as it is reported to the user.
 *
 * @param code the exit code of the command
 * @param sentence cause, place and remedy
 */
public record Problem(int code, String sentence) {

  /** Returns the problem that an exception describes; empty for a bug of the program. */
  public static Optional<Problem> of(Throwable thrown) {
    Throwable e = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
    if (e instanceof ConfigException
        || e instanceof UsageException
        || e instanceof DataMismatchException) {
      return Optional.of(new Problem(ExitCode.USAGE, e.getMessage()));
    }
    return failure(e).map(sentence -> new Problem(ExitCode.SOFTWARE, sentence));
  }

  private static Optional<String> failure(Throwable e) {
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      return Optional.of(sentence(e));
    }
    if (e instanceof OutOfMemoryError) {
      return Optional.of(
          "the Java heap is too small ("
              + Runtime.getRuntime().maxMemory() / (1 << 20)
              + " MiB); increase it, such as with DOVETAIL_JAVA_OPTS=-Xmx4g");
    }
    if (e instanceof UnsatisfiedLinkError) {
      return Optional.of(
          "a native library cannot be loaded: "
              + e.getMessage()
              + System.lineSeparator()
              + "'dovetail doctor' reports which libraries work on this machine.");
    }
    return Optional.empty();
  }

  private static String sentence(Throwable e) {
    if (e instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile() + DidYouMean.near(Path.of(missing.getFile()));
    }
    if (e instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException existing) {
      return existing.getFile() + " already exists but is not a directory";
    }
    if (e instanceof FileSystemException fs && fs.getReason() != null) {
      return fs.getFile() + ": " + fs.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
