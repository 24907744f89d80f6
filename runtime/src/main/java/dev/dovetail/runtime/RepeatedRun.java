package dev.dovetail.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The same inputs through a plan again and again, to measure it. The clock runs around ONNX
 * Runtime's call alone: inputs were made before, outputs are dropped unread. On a GPU that call
 * copies inputs to the device and outputs back.
 */
public final class RepeatedRun implements AutoCloseable {

  private final OrtSession session;
  private final Device device;
  private final Map<String, OnnxTensor> inputs;

  RepeatedRun(OrtSession session, Device device, Map<String, OnnxTensor> inputs) {
    this.session = session;
    this.device = device;
    this.inputs = new LinkedHashMap<>(inputs);
  }

  /**
   * Runs the plan once.
   *
   * @return nanoseconds that ONNX Runtime took
   * @throws PlanException if the run fails, as where memory does not suffice
   */
  public long nanoseconds() throws PlanException {
    try {
      long start = System.nanoTime();
      OrtSession.Result result = session.run(inputs);
      long taken = System.nanoTime() - start;
      result.close();
      return taken;
    } catch (OrtException e) {
      throw PlanException.of("the run failed", device, e);
    }
  }

  /** Releases the inputs; the plan stays open. */
  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    inputs.clear();
  }
}
