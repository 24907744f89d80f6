package dev.dovetail.heads.maskrcnn;

import dev.dovetail.heads.Require;

/**
 * The section {@code test} of a config with a Mask R-CNN: what inference decides and the weights do
 * not know of (mmdet's {@code test_cfg}).
 *
 * @param scoreThreshold score that an object must exceed
 * @param iouThreshold overlap with a better object of the same class above which one goes
 * @param maxDetections how many objects of an image stay
 * @param proposalsPerLevel how many anchors of a level may become proposals
 * @param maxProposals how many proposals of an image stay
 * @param proposalIouThreshold overlap with a better proposal of the same level above which one goes
 * @param minProposalSize width and height, in pixels, that a proposal must exceed
 */
public record RcnnInference(
    float scoreThreshold,
    float iouThreshold,
    int maxDetections,
    int proposalsPerLevel,
    int maxProposals,
    float proposalIouThreshold,
    float minProposalSize) {

  public RcnnInference {
    Require.share("scoreThreshold", scoreThreshold);
    Require.share("iouThreshold", iouThreshold);
    Require.positive("maxDetections", maxDetections);
    Require.positive("proposalsPerLevel", proposalsPerLevel);
    Require.positive("maxProposals", maxProposals);
    Require.share("proposalIouThreshold", proposalIouThreshold);
  }

  /** As published for the COCO data set. */
  public static RcnnInference defaults() {
    return new RcnnInference(0.05f, 0.5f, 100, 1000, 1000, 0.7f, 0);
  }

  public RcnnInference withScoreThreshold(float value) {
    return new RcnnInference(
        value,
        iouThreshold,
        maxDetections,
        proposalsPerLevel,
        maxProposals,
        proposalIouThreshold,
        minProposalSize);
  }

  public RcnnInference withMinProposalSize(float value) {
    return new RcnnInference(
        scoreThreshold,
        iouThreshold,
        maxDetections,
        proposalsPerLevel,
        maxProposals,
        proposalIouThreshold,
        value);
  }
}
