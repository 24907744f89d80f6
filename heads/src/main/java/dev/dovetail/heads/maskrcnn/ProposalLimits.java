package dev.dovetail.heads.maskrcnn;

import dev.dovetail.heads.Require;

/**
 * The limits of the selection of proposals (mmdet's {@code test_cfg.rpn} and, in training, {@code
 * train_cfg.rpn_proposal}; torchvision's {@code rpn_pre_nms_top_n_test} and similar options).
 *
 * @param proposalsPerLevel maximum number of candidates per level
 * @param maxProposals maximum number of proposals per image
 * @param proposalIouThreshold overlap with a better proposal of the same level above which a
 *     proposal is removed
 * @param minProposalSize width and height, in pixels, that a proposal must exceed
 * @param minProposalScore minimum score of a proposal
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

  /** Creates limits without a minimum score. */
  public static ProposalLimits of(
      int proposalsPerLevel, int maxProposals, float iouThreshold, float minProposalSize) {
    return new ProposalLimits(proposalsPerLevel, maxProposals, iouThreshold, minProposalSize, 0);
  }

  /** Returns the limits as published for COCO. */
  public static ProposalLimits defaults() {
    return of(1000, 1000, 0.7f, 0);
  }

  /** Returns the limits of training as published for COCO. */
  public static ProposalLimits ofTraining() {
    return of(2000, 1000, 0.7f, 0);
  }

  /** Returns a copy with another minimum size of proposals in pixels. */
  public ProposalLimits withMinProposalSize(float value) {
    return new ProposalLimits(
        proposalsPerLevel, maxProposals, proposalIouThreshold, value, minProposalScore);
  }
}
