package dev.dovetail.runtime;

/**
 * The same inputs through a plan again and again, to measure it. The clock runs around ONNX
 * Runtime's call alone: inputs were made before, outputs are dropped unread. On a GPU that call
 * copies inputs to the device and outputs back.
 */
public final class RepeatedRun implements AutoCloseable {

  private final Engine.Repeated runs;

  RepeatedRun(Engine.Repeated runs) {
    this.runs = runs;
  }

  /**
   * Runs the plan once.
   *
   * @return nanoseconds that ONNX Runtime took
   * @throws PlanException if the run fails, as where memory does not suffice
   */
  public long nanoseconds() throws PlanException {
    long start = System.nanoTime();
    runs.run();
    return System.nanoTime() - start;
  }

  /** Releases the inputs; the plan stays open. */
  @Override
  public void close() {
    runs.close();
  }
}
