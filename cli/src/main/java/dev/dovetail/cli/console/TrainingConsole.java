package dev.dovetail.cli.console;

import dev.dovetail.TrainingListener;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of training on stderr: a single, updated line on a terminal, occasional lines
 * otherwise.
 */
public final class TrainingConsole implements TrainingListener, AutoCloseable {

  private static final String CLEAR_LINE = "\r\u001B[2K";

  /** A longer line would wrap, and only its last row would be cleared. */
  private static final int WIDTH = 79;

  private static final String LOSS = "loss";

  private final PrintWriter err;
  private final boolean terminal;
  private final long betweenLines;
  private final StepTime time = new StepTime();
  private @Nullable ConsoleProgress evaluation;
  private boolean lineOpen;
  private long lastLine = System.nanoTime();
  private long iterations;
  private volatile boolean stopping;

  TrainingConsole(PrintWriter err, boolean terminal, Duration between) {
    this.err = err;
    this.terminal = terminal;
    this.betweenLines = between.toNanos();
  }

  /** Creates a console that writes to {@code err}, in the style of {@link ConsoleProgress}. */
  public static TrainingConsole of(PrintWriter err) {
    boolean terminal = ConsoleProgress.onTerminal();
    Duration between = terminal ? Duration.ofMillis(100) : ConsoleProgress.BETWEEN_LINES;
    return new TrainingConsole(err, terminal, between);
  }

  @Override
  public synchronized void started(long done, long iterations) {
    this.iterations = iterations;
    if (done > 0) {
      print("resuming after " + done + " of " + iterations + " iterations");
    }
  }

  /** The total number of iterations; 0 before the training has started. */
  public synchronized long iterations() {
    return iterations;
  }

  @Override
  public synchronized void stepped(Step step) {
    time.add(step.seconds());
    long now = System.nanoTime();
    if (now - lastLine < betweenLines && step.iteration() < step.iterations()) {
      return;
    }
    lastLine = now;
    String line = line(step);
    if (terminal) {
      err.print(CLEAR_LINE + line);
      lineOpen = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  private String line(Step step) {
    String terms =
        step.losses().entrySet().stream()
            .filter(term -> !term.getKey().equals(LOSS))
            .map(term -> term.getKey() + " " + number(term.getValue()))
            .collect(Collectors.joining(", "));
    double loss = step.losses().getOrDefault(LOSS, Double.NaN);
    String done =
        String.format(
            Locale.ROOT,
            "iteration %d of %d (%d%%), loss %s",
            step.iteration(),
            step.iterations(),
            100 * step.iteration() / step.iterations(),
            number(loss));
    String rate = String.format(Locale.ROOT, ", rate %.1e", step.rate());
    String each = String.format(Locale.ROOT, ", %.2f s each", time.smoothed());
    double left = time.smoothed() * (step.iterations() - step.iteration());
    String end = step.iteration() < step.iterations() ? ", " + duration(left) + " left" : "";
    String all = done + (terms.isEmpty() ? "" : " (" + terms + ")") + rate + each + end;
    if (!terminal || all.length() <= WIDTH) {
      return all;
    }
    // The log contains everything that does not fit.
    String some = done + rate + each + end;
    return some.length() <= WIDTH ? some : done + end;
  }

  /** Formats a loss with three significant digits. */
  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 0.0005 || value <= 0 ? "%.3f" : "%.1e", value);
  }

  /** Formats a duration in one or two units. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    long minutes = Math.round(seconds / 60);
    return minutes < 60
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  @Override
  public synchronized Progress evaluating(long iteration) {
    print("iteration " + iteration + ": evaluating");
    ConsoleProgress shown = new ConsoleProgress(err, terminal, "images");
    evaluation = shown;
    return new Progress() {
      @Override
      public void start(int total, int before) {
        shown.start(total, before);
      }

      @Override
      public void step() {
        shown.step();
      }

      @Override
      public boolean cancelled() {
        return stopping;
      }

      @Override
      public void say(String line) {
        shown.say("dovetail: " + line);
      }
    };
  }

  @Override
  public synchronized void evaluated(long iteration, Metrics metrics, boolean best) {
    print(
        "iteration "
            + iteration
            + ": "
            + String.join(", ", main(metrics))
            + (best ? ", the best so far" : ""));
    lastLine = System.nanoTime();
  }

  /** The metrics that papers report for a task, in percent. */
  public static List<String> main(Metrics metrics) {
    List<String> numbers = new ArrayList<>();
    for (MainMetric metric : MainMetric.values()) {
      metric.of(metrics.values()).ifPresent(numbers::add);
    }
    return numbers;
  }

  /** Requests the training to stop, and prints a message. */
  public void stop() {
    stopping = true;
    say("stopping after this step to save the state; a second signal ends the program immediately");
  }

  @Override
  public boolean cancelled() {
    return stopping;
  }

  @Override
  public synchronized void say(String line) {
    print("dovetail: " + line);
  }

  private void print(String line) {
    close();
    err.println(line);
    err.flush();
  }

  /** Ends the updated line, and the progress of an evaluation. */
  @Override
  public synchronized void close() {
    if (evaluation != null) {
      evaluation.close();
      evaluation = null;
    }
    if (lineOpen) {
      err.println();
      err.flush();
      lineOpen = false;
    }
  }
}
