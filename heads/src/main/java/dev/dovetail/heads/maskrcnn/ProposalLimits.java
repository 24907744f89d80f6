package dev.dovetail.heads.maskrcnn;

import dev.dovetail.heads.Require;

/**
 * Which anchors become proposals (mmdet's {@code test_cfg.rpn} and, in training, {@code
 * train_cfg.rpn_proposal}).
 *
 * @param proposalsPerLevel how many anchors of a level may become proposals
 * @param maxProposals how many proposals of an image stay
 * @param proposalIouThreshold overlap with a better proposal of the same level above which one goes
 * @param minProposalSize width and height, in pixels, that a proposal must exceed
 */
public record ProposalLimits(
    int proposalsPerLevel, int maxProposals, float proposalIouThreshold, float minProposalSize) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public ProposalLimits {
    Require.positive("proposalsPerLevel", proposalsPerLevel);
    Require.positive("maxProposals", maxProposals);
    Require.share("proposalIouThreshold", proposalIouThreshold);
  }

  /** As published for the COCO data set. */
  public static ProposalLimits defaults() {
    return new ProposalLimits(1000, 1000, 0.7f, 0);
  }

  /** As published for training on the COCO data set. */
  public static ProposalLimits ofTraining() {
    return new ProposalLimits(2000, 1000, 0.7f, 0);
  }

  /** The same with a smallest size of proposals, in pixels. */
  public ProposalLimits withMinProposalSize(float value) {
    return new ProposalLimits(proposalsPerLevel, maxProposals, proposalIouThreshold, value);
  }
}
