package dev.dovetail.cli.console;

import dev.dovetail.files.OutputFile;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The standard output of the program. Keeps track of errors, which a {@link PrintWriter} swallows.
 */
public final class StandardOutput {

  private final Remembering stream = new Remembering(new FileOutputStream(FileDescriptor.out));

  /** UTF-8 regardless of the locale: JSON is UTF-8, and class names can be in any language. */
  private final PrintWriter writer = new PrintWriter(stream, true, StandardCharsets.UTF_8);

  public PrintWriter writer() {
    return writer;
  }

  /**
   * Flushes the output and returns the error, if any. A closed pipe is not an error: a reader such
   * as {@code head} may stop early.
   */
  public Optional<String> problem() {
    writer.flush();
    return stream.failure == null || OutputFile.isStandardOutputPiped()
        ? Optional.empty()
        : Optional.of("cannot write to the standard output: " + stream.failure.getMessage());
  }

  private static final class Remembering extends FilterOutputStream {

    private IOException failure;

    Remembering(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
