package dev.dovetail.heads.maskrcnn;

import dev.dovetail.heads.Require;

/**
 * Which anchors become proposals (mmdet's {@code test_cfg.rpn} and, in training, {@code
 * train_cfg.rpn_proposal}; torchvision's {@code rpn_pre_nms_top_n_test} and its like).
 *
 * @param proposalsPerLevel how many anchors of a level may become proposals
 * @param maxProposals how many proposals of an image stay
 * @param proposalIouThreshold overlap with a better proposal of the same level above which one goes
 * @param minProposalSize width and height, in pixels, that a proposal must exceed
 * @param minProposalScore score that a proposal must reach
 */
public record ProposalLimits(
    int proposalsPerLevel,
    int maxProposals,
    float proposalIouThreshold,
    float minProposalSize,
    float minProposalScore) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public ProposalLimits {
    Require.positive("proposalsPerLevel", proposalsPerLevel);
    Require.positive("maxProposals", maxProposals);
    Require.share("proposalIouThreshold", proposalIouThreshold);
    Require.share("minProposalScore", minProposalScore);
  }

  /** Without a lowest score. */
  public static ProposalLimits of(
      int proposalsPerLevel, int maxProposals, float iouThreshold, float minProposalSize) {
    return new ProposalLimits(proposalsPerLevel, maxProposals, iouThreshold, minProposalSize, 0);
  }

  /** As published for the COCO data set. */
  public static ProposalLimits defaults() {
    return of(1000, 1000, 0.7f, 0);
  }

  /** As published for training on the COCO data set. */
  public static ProposalLimits ofTraining() {
    return of(2000, 1000, 0.7f, 0);
  }

  /** The same with a smallest size of proposals, in pixels. */
  public ProposalLimits withMinProposalSize(float value) {
    return new ProposalLimits(
        proposalsPerLevel, maxProposals, proposalIouThreshold, value, minProposalScore);
  }
}
