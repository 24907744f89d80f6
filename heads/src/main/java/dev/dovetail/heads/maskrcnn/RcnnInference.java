package dev.dovetail.heads.maskrcnn;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.heads.Require;

/**
 * The section {@code test} of the config of a Faster, Mask or Cascade R-CNN: options of inference
 * that do not affect the weights (mmdet's {@code test_cfg}).
 *
 * @param scoreThreshold score that an object must exceed
 * @param iouThreshold overlap with a better object of the same class above which an object is
 *     removed
 * @param maxDetections maximum number of objects per image
 * @param minDetectionSize minimum width and height of an object in pixels of {@code suppressIn}
 * @param suppressIn the image whose pixels non-maximum suppression uses
 * @param proposals the limits of proposals; in a config, their keys are at the same level as the
 *     others
 */
public record RcnnInference(
    float scoreThreshold,
    float iouThreshold,
    int maxDetections,
    float minDetectionSize,
    Pixels suppressIn,
    @JsonUnwrapped ProposalLimits proposals) {

  /** The image whose pixels are used. */
  public enum Pixels {
    /** The original image (mmdet). */
    ORIGINAL,
    /** The resized image, which is the network's input (torchvision, detectron2). */
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

  /** Creates options for objects of any size with suppression in original pixels, as in mmdet. */
  public static RcnnInference of(
      float scoreThreshold, float iouThreshold, int maxDetections, ProposalLimits proposals) {
    return new RcnnInference(
        scoreThreshold, iouThreshold, maxDetections, 0, Pixels.ORIGINAL, proposals);
  }

  /** Returns the options as published for COCO. */
  public static RcnnInference defaults() {
    return of(0.05f, 0.5f, 100, ProposalLimits.defaults());
  }

  /** Returns a copy with another score that an object must exceed. */
  public RcnnInference withScoreThreshold(float value) {
    return new RcnnInference(
        value, iouThreshold, maxDetections, minDetectionSize, suppressIn, proposals);
  }

  /** Returns a copy with other limits of proposals. */
  public RcnnInference withProposals(ProposalLimits value) {
    return new RcnnInference(
        scoreThreshold, iouThreshold, maxDetections, minDetectionSize, suppressIn, value);
  }

  /** {@return the options of non-maximum suppression} */
  public Suppression suppression() {
    return new Suppression(iouThreshold, maxDetections);
  }
}
