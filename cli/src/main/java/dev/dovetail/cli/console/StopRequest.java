package dev.dovetail.cli.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Hears that the program should end (Ctrl-C, {@code kill}, a terminal that was closed), for a run
 * that has to save what it has. The next such request ends it at once, as without this.
 *
 * <p>A shutdown hook would not do: Java runs all hooks at the same time, among them the one that
 * deletes the files that are being written.
 */
public final class StopRequest implements AutoCloseable {

  /** Those that end a Java program; Java leaves alone those that its parent had it ignore. */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  /** What shells add to the number of the signal that ended a process. */
  private static final int ENDED_BY = 128;

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile int number;

  private StopRequest() {}

  /**
   * Begins to listen.
   *
   * @param heard what is done when a request comes, on a thread of Java's
   */
  public static StopRequest listen(Runnable heard) {
    StopRequest request = new StopRequest();
    for (String name : NAMES) {
      request.listen(name, heard);
    }
    return request;
  }

  private void listen(String name, Runnable heard) {
    try {
      Signal signal = new Signal(name);
      before.put(signal, Signal.handle(signal, got -> heard(got, heard)));
    } catch (IllegalArgumentException e) {
      // Not on this system, or Java was told to leave it to others (-Xrs): it ends the program.
    }
  }

  private void heard(Signal signal, Runnable heard) {
    number = signal.getNumber();
    close();
    heard.run();
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
