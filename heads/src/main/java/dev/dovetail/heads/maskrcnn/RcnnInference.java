package dev.dovetail.heads.maskrcnn;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.Require;

/**
 * The section {@code test} of a config with a Faster, Mask or Cascade R-CNN: what inference decides
 * and the weights do not know of (mmdet's {@code test_cfg}).
 *
 * @param scoreThreshold score that an object must exceed
 * @param iouThreshold overlap with a better object of the same class above which one goes
 * @param maxDetections how many objects of an image stay
 * @param minDetectionSize width and height, in pixels of {@code suppressIn}, that an object must
 *     reach
 * @param suppressIn in which pixels objects are compared
 * @param proposals the limits of proposals; their keys stand beside the others in a config
 */
public record RcnnInference(
    float scoreThreshold,
    float iouThreshold,
    int maxDetections,
    float minDetectionSize,
    Pixels suppressIn,
    @JsonUnwrapped ProposalLimits proposals) {

  /** In which pixels boxes are. */
  public enum Pixels {
    /** Of the original image (mmdet). */
    ORIGINAL,
    /** Of the resized image, which is the network's input (torchvision, detectron2). */
    INPUT
  }

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public RcnnInference {
    Require.share("scoreThreshold", scoreThreshold);
    Require.share("iouThreshold", iouThreshold);
    Require.positive("maxDetections", maxDetections);
  }

  /** Objects of any size are compared in original pixels, as mmdet has it. */
  public static RcnnInference of(
      float scoreThreshold, float iouThreshold, int maxDetections, ProposalLimits proposals) {
    return new RcnnInference(
        scoreThreshold, iouThreshold, maxDetections, 0, Pixels.ORIGINAL, proposals);
  }

  /** As published for the COCO data set. */
  public static RcnnInference defaults() {
    return of(0.05f, 0.5f, 100, ProposalLimits.defaults());
  }

  /** The same with another score that an object must exceed. */
  public RcnnInference withScoreThreshold(float value) {
    return new RcnnInference(
        value, iouThreshold, maxDetections, minDetectionSize, suppressIn, proposals);
  }

  /** The same with other limits of proposals. */
  public RcnnInference withProposals(ProposalLimits value) {
    return new RcnnInference(
        scoreThreshold, iouThreshold, maxDetections, minDetectionSize, suppressIn, value);
  }

  /** {@return how objects of one class compete} */
  public Suppression suppression() {
    return new Suppression(iouThreshold, maxDetections);
  }
}
