package dev.dovetail.internal;

/**
 * How a pipeline works.
 *
 * @param mostInBatch the most images in one pass
 * @param fixedBatch whether each pass has room for {@code mostInBatch} images, however few there
 *     are
 * @param workers threads that decode and finish
 * @param keepsPlans whether plans are kept after the last image of their size
 */
public record PipelineSettings(
    int mostInBatch, boolean fixedBatch, int workers, boolean keepsPlans) {

  /** Decoding and finishing take a small share of a pass, even for small models. */
  private static final int WORKERS = 2;

  /** For one long run over many images: plans are given up as soon as they are of no more use. */
  public static PipelineSettings ofRun(int mostInBatch) {
    return new PipelineSettings(mostInBatch, false, WORKERS, false);
  }

  /** For images between which plans are kept. */
  public static PipelineSettings ofCalls(int mostInBatch) {
    return new PipelineSettings(mostInBatch, false, WORKERS, true);
  }

  /** With passes of one size, which an exported file prescribes. */
  PipelineSettings withFixedBatch(int batch) {
    return new PipelineSettings(batch, true, workers, keepsPlans);
  }

  /** The batch of the plans for a number of images. */
  int batch(int images) {
    return fixedBatch ? mostInBatch : Math.max(1, Math.min(mostInBatch, images));
  }
}
