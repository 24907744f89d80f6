package dev.dovetail.cli.bench;

/** Returns the seconds since the last call. */
final class Stopwatch {

  private long start = System.nanoTime();

  double lap() {
    long now = System.nanoTime();
    double seconds = (now - start) * 1e-9;
    start = now;
    return seconds;
  }
}
