package dev.dovetail.internal;

/**
 * The settings of a pipeline.
 *
 * @param mostInBatch the maximum batch size
 * @param fixedBatch whether all plans have batch size {@code mostInBatch}, even for fewer images
 * @param workers the number of threads that decode images and process results
 * @param keepsPlans whether plans are kept after the last image of their size
 */
public record PipelineSettings(
    int mostInBatch, boolean fixedBatch, int workers, boolean keepsPlans) {

  /** Two are enough: decoding and processing take little of the time, even for small models. */
  private static final int WORKERS = 2;

  /** Returns settings for one long run. Plans are discarded when they are no longer needed. */
  public static PipelineSettings ofRun(int mostInBatch) {
    return new PipelineSettings(mostInBatch, false, WORKERS, false);
  }

  /** Returns settings for repeated calls. Plans are kept. */
  public static PipelineSettings ofCalls(int mostInBatch) {
    return new PipelineSettings(mostInBatch, false, WORKERS, true);
  }

  /** Returns these settings with a fixed batch size, as an exported file requires. */
  PipelineSettings withFixedBatch(int batch) {
    return new PipelineSettings(batch, true, workers, keepsPlans);
  }

  /** Returns the batch size of the plans for a number of images. */
  int batch(int images) {
    return fixedBatch ? mostInBatch : Math.max(1, Math.min(mostInBatch, images));
  }
}
