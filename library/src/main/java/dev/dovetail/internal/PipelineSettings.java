package dev.dovetail.internal;

import dev.dovetail.runtime.Device;

/**
 * The settings of a pipeline.
 *
 * @param mostInBatch the maximum batch size
 * @param fixedBatch whether all plans have batch size {@code mostInBatch}, even for fewer images
 * @param workers the number of threads that decode images and process results
 * @param passes the maximum number of batches that are in the model at the same time
 * @param keepsPlans whether plans are kept after the last image of their size
 */
public record PipelineSettings(
    int mostInBatch, boolean fixedBatch, int workers, int passes, boolean keepsPlans) {

  /** Two are enough: decoding and processing take little of the time, even for small models. */
  private static final int WORKERS = 2;

  /** Returns settings for one long run. Plans are discarded when they are no longer needed. */
  public static PipelineSettings ofRun(int mostInBatch, Device device) {
    return new PipelineSettings(mostInBatch, false, WORKERS, passes(device), false);
  }

  /** Returns settings for repeated calls. Plans are kept. */
  public static PipelineSettings ofCalls(int mostInBatch, Device device) {
    return new PipelineSettings(mostInBatch, false, WORKERS, passes(device), true);
  }

  /**
   * On a GPU, a batch is assembled and copied while another one is computed. On the CPU, two passes
   * would only share the cores.
   */
  private static int passes(Device device) {
    return device instanceof Device.Cpu ? 1 : 2;
  }

  /** Returns these settings with another maximum number of batches in the model. */
  public PipelineSettings withPasses(int most) {
    return new PipelineSettings(mostInBatch, fixedBatch, workers, most, keepsPlans);
  }

  /** Returns these settings with a fixed batch size, as an exported file requires. */
  PipelineSettings withFixedBatch(int batch) {
    return new PipelineSettings(batch, true, workers, passes, keepsPlans);
  }

  /** Returns the batch size of the plans for a number of images. */
  int batch(int images) {
    return fixedBatch ? mostInBatch : Math.max(1, Math.min(mostInBatch, images));
  }
}
