package dev.dovetail.cli.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Handles the first request to end the program (Ctrl-C, {@code kill}, a closed terminal), so that a
 * run can save its state. The next request ends the program immediately.
 *
 * <p>A shutdown hook is not suitable: Java runs all hooks simultaneously, including the one that
 * deletes files that are being written.
 */
public final class StopRequest implements AutoCloseable {

  /** The signals that end a Java program, unless its parent process made it ignore them. */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  /** The number that shells add to the number of the signal that ended a process. */
  private static final int ENDED_BY = 128;

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile int number;

  private StopRequest() {}

  /**
   * Handles requests until this object is closed.
   *
   * @param action run by the first request, on a thread of the JVM
   */
  public static StopRequest handle(Runnable action) {
    StopRequest request = new StopRequest();
    request.handleAll(action);
    return request;
  }

  /**
   * Ends the program with a message on the first request, until this object is closed.
   *
   * @param kept what is left of the files, for the message
   */
  public static StopRequest ending(PrintWriter err, String kept) {
    StopRequest request = new StopRequest();
    request.handleAll(
        () -> {
          err.println();
          err.println("dovetail: stopped; " + kept);
          System.exit(request.exitCode());
        });
    return request;
  }

  private void handleAll(Runnable action) {
    NAMES.forEach(name -> handle(name, action));
  }

  /** A run over many items that can end early. */
  @FunctionalInterface
  public interface Work {

    /**
     * Runs.
     *
     * @return the exit code
     * @throws InterruptedIOException if the progress canceled the run; the message names the saved
     *     results
     */
    int run() throws IOException;
  }

  /**
   * Runs work that the first request ends early. A message then reports the progress and the saved
   * results.
   *
   * @return the exit code of the work, or of the signal
   */
  public static int during(ConsoleProgress progress, Work work) throws IOException {
    try (StopRequest request = handle(progress::stop)) {
      try {
        return work.run();
      } catch (InterruptedIOException e) {
        if (!request.isMade()) {
          throw e;
        }
        progress.close();
        progress.say("dovetail: " + progress.summary() + "; " + e.getMessage());
        return request.exitCode();
      }
    }
  }

  private void handle(String name, Runnable action) {
    try {
      Signal signal = new Signal(name);
      before.put(signal, Signal.handle(signal, received -> received(received, action)));
    } catch (IllegalArgumentException e) {
      // The signal does not exist on this system, or Java leaves it to others (-Xrs): it ends the
      // program.
    }
  }

  private void received(Signal signal, Runnable action) {
    number = signal.getNumber();
    close();
    action.run();
  }

  /** Returns whether a request was received. */
  public boolean isMade() {
    return number != 0;
  }

  /** Returns the exit code of a program that the signal ended. */
  public int exitCode() {
    return ENDED_BY + number;
  }

  /** Restores the default signal handling. */
  @Override
  public synchronized void close() {
    for (Map.Entry<Signal, SignalHandler> entry : new ArrayList<>(before.entrySet())) {
      Signal.handle(entry.getKey(), entry.getValue());
    }
    before.clear();
  }
}
