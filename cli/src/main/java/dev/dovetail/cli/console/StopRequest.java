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
 * Handles the first request to end the program (Ctrl-C, {@code kill}, a terminal that was closed),
 * so that a run can save its state. The next request ends the program at once.
 *
 * <p>A shutdown hook would not do: Java runs all hooks at the same time, among them the one that
 * deletes the files that are being written.
 */
public final class StopRequest implements AutoCloseable {

  /** The signals that end a Java program, unless its parent had it ignore them. */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  /** What shells add to the number of the signal that ended a process. */
  private static final int ENDED_BY = 128;

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile int number;

  private StopRequest() {}

  /**
   * Handles requests until this is closed.
   *
   * @param action what the first request starts, on a thread of the JVM
   */
  public static StopRequest handle(Runnable action) {
    StopRequest request = new StopRequest();
    request.handleAll(action);
    return request;
  }

  /**
   * Until this is closed, the first request ends the program with a sentence.
   *
   * @param kept what the user should know of the files
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

  /** A run over many things that can end early. */
  @FunctionalInterface
  public interface Work {

    /**
     * Does it.
     *
     * @return the exit code
     * @throws InterruptedIOException if the progress cancelled it; the message says what is kept
     */
    int run() throws IOException;
  }

  /**
   * Does work that the first request ends early: the user then reads how far it came and what is
   * kept.
   *
   * @return the exit code of the work, or that of the signal
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
      // Not on this system, or Java was told to leave it to others (-Xrs): it ends the program.
    }
  }

  private void received(Signal signal, Runnable action) {
    number = signal.getNumber();
    close();
    action.run();
  }

  /** Whether one has come. */
  public boolean isMade() {
    return number != 0;
  }

  /** The exit code of a program that the signal ended. */
  public int exitCode() {
    return ENDED_BY + number;
  }

  /** From now on the program ends as it does otherwise. */
  @Override
  public synchronized void close() {
    for (Map.Entry<Signal, SignalHandler> entry : new ArrayList<>(before.entrySet())) {
      Signal.handle(entry.getKey(), entry.getValue());
    }
    before.clear();
  }
}
