package dev.dovetail.cli.console;

import dev.dovetail.tasks.Progress;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of a run on stderr: a bar on a terminal, occasional lines otherwise. */
public final class ConsoleProgress implements Progress, AutoCloseable {

  /** Interval between lines without a terminal. */
  static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private static final int BAR_WIDTH = 79;

  /** At least one digit on each side of the decimal point. */
  private static final String SPEED = "0.0#";

  private static final String CLEAR_LINE = "\r\u001B[2K";

  private final PrintWriter err;
  private final boolean terminal;
  private final String unit;
  private ProgressBar bar;
  private int total;
  private int before;
  private int done;
  private long started;
  private long lastLine;
  private volatile boolean stopping;

  ConsoleProgress(PrintWriter err, boolean terminal, String unit) {
    this.err = err;
    this.terminal = terminal;
    this.unit = unit;
  }

  /** Shows the progress of items called {@code unit}. */
  public static ConsoleProgress of(PrintWriter err, String unit) {
    return new ConsoleProgress(err, onTerminal(), unit);
  }

  /** Whether stderr is a terminal, as detected by the launcher. */
  static boolean onTerminal() {
    return Boolean.getBoolean("dovetail.terminal");
  }

  /**
   * Starts.
   *
   * @param total the number of items; negative if unknown
   */
  @Override
  public synchronized void start(int total, int before) {
    close();
    this.total = total;
    this.before = before;
    this.done = before;
    this.started = System.nanoTime();
    this.lastLine = started;
    if (before > 0) {
      say(before + " of " + total + " " + unit + " were done by an earlier run");
    }
    if (terminal && (total < 0 || done < total)) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(unit)
              .setInitialMax(total)
              .startsFrom(before, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new DelegatingProgressBarConsumer(this::draw, BAR_WIDTH))
              .showSpeed(new DecimalFormat(SPEED, DecimalFormatSymbols.getInstance(Locale.ROOT)))
              .build();
    }
  }

  /** Takes no lock: the bar's own thread draws, and closing the bar waits for that thread. */
  private void draw(String line) {
    err.print('\r' + line);
    err.flush();
  }

  @Override
  public synchronized void step() {
    done++;
    if (bar != null) {
      bar.step();
      if (done == total) {
        close();
      }
      return;
    }
    long now = System.nanoTime();
    boolean shown = lastLine != started;
    if (now - lastLine > BETWEEN_LINES.toNanos() || (done == total && shown)) {
      lastLine = now;
      double seconds = (now - started) * 1e-9;
      err.println(
          String.format(
              Locale.ROOT,
              "%s %s, %.1f s, %.2f per second",
              count(),
              unit,
              seconds,
              (done - before) / seconds));
      err.flush();
    }
  }

  @Override
  public synchronized void say(String line) {
    err.println(bar == null ? line : CLEAR_LINE + line);
    err.flush();
  }

  private String count() {
    return total < 0 ? Integer.toString(done) : done + " of " + total;
  }

  /** Returns how many items are done, including those of an earlier run. */
  synchronized String summary() {
    return count() + " " + unit + " are done";
  }

  /** Requests the run to stop, and prints a message. */
  public void stop() {
    stopping = true;
    say(
        "dovetail: stopping after the "
            + unit
            + " in progress; a second signal ends the program immediately");
  }

  @Override
  public boolean cancelled() {
    return stopping;
  }

  /** Ends the bar's line. The last step also ends it. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
      err.println();
      err.flush();
    }
  }
}
