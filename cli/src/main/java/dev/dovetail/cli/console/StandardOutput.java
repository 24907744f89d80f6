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

/** The standard output of the program, which remembers what a {@link PrintWriter} swallows. */
public final class StandardOutput {

  private final Remembering stream = new Remembering(new FileOutputStream(FileDescriptor.out));

  /** JSON is UTF-8 whatever the locale, and class names come in any language. */
  private final PrintWriter writer = new PrintWriter(stream, true, StandardCharsets.UTF_8);

  public PrintWriter writer() {
    return writer;
  }

  /**
   * Ends the output and says why it did not arrive, if so. A reader that went away when it had
   * enough, as {@code head} does, is no problem.
   */
  public Optional<String> problem() {
    writer.flush();
    return stream.failure == null || OutputFile.isStandardOutputPiped()
        ? Optional.empty()
        : Optional.of("the standard output cannot be written: " + stream.failure.getMessage());
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
