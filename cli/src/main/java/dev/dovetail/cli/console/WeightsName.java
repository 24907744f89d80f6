package dev.dovetail.cli.console;

import dev.dovetail.files.HttpFile;
import dev.dovetail.models.remote.RemoteWeights;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** The value of {@code --weights}: a file or directory, or an address to download from. */
public final class WeightsName {

  /** The accepted forms, for option descriptions. */
  public static final String FORMS =
      "the checkpoint: .pth, .safetensors, .npz, a directory that contains one, hf:OWNER/NAME on"
          + " the Hugging Face Hub, or a URL; the last two are downloaded once";

  private WeightsName() {}

  /**
   * {@return the file or directory, downloaded first if necessary}
   *
   * @param err receives progress of the download
   * @throws UsageException if the address is malformed
   * @throws IOException if the download fails
   */
  public static Path path(String name, PrintWriter err) throws IOException {
    if (!RemoteWeights.is(name)) {
      return Path.of(name);
    }
    String kept = "the received part is kept; repeat the command to download the rest";
    try (Downloads downloads = new Downloads(err);
        StopRequest stop = StopRequest.ending(err, kept)) {
      return RemoteWeights.standard().fetch(name, downloads);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--weights " + e.getMessage());
    }
  }

  /** Shows the progress of a download. */
  private static final class Downloads implements RemoteWeights.Listener, AutoCloseable {

    private static final long MEGABYTE = 1_000_000;

    private final ConsoleProgress progress;

    Downloads(PrintWriter err) {
      progress = ConsoleProgress.of(err, "MB");
    }

    @Override
    public HttpFile.Listener downloading(String file) {
      progress.say("dovetail: downloading " + file);
      return new HttpFile.Listener() {
        private long shown = -1;

        @Override
        public void arrived(long done, long total) {
          long now = done / MEGABYTE;
          if (shown < 0 && total > 0) {
            progress.start((int) (total / MEGABYTE), (int) now);
          }
          for (long i = Math.max(shown, 0); shown >= 0 && total > 0 && i < now; i++) {
            progress.step();
          }
          shown = now;
        }
      };
    }

    @Override
    public void found(String sentence) {
      progress.close();
      progress.say("dovetail: " + sentence);
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
