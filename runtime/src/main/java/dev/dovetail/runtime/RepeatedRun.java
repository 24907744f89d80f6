package dev.dovetail.runtime;

/**
 * Runs a plan repeatedly on the same inputs, to measure it. Only the call to ONNX Runtime is timed:
 * the inputs are created before, and the outputs are discarded. On a GPU, the call includes copies
 * with the CUDA provider; with Dovetail's engine, inputs and outputs remain on the GPU.
 */
public final class RepeatedRun implements AutoCloseable {

  private final Engine.Repeated runs;

  RepeatedRun(Engine.Repeated runs) {
    this.runs = runs;
  }

  /**
   * Runs the plan once.
   *
   * @return the duration of the call to ONNX Runtime in nanoseconds
   * @throws PlanException if the run fails, for example because memory is exhausted
   */
  public long nanoseconds() throws PlanException {
    long start = System.nanoTime();
    runs.run();
    return System.nanoTime() - start;
  }

  /** Releases the inputs. The plan remains open. */
  @Override
  public void close() {
    runs.close();
  }
}
