package dev.dovetail.train.detection;

/**
 * How a stage of the detector chooses the boxes that it learns from.
 *
 * @param assigner which object a box learns
 * @param sampler which boxes take part in a step
 */
public record Selection(MaxIouAssigner assigner, Sampler sampler) {

  /** {@return that of anchors in the published models} */
  public static Selection ofAnchors() {
    return new Selection(MaxIouAssigner.ofAnchors(), RandomSampler.ofAnchors());
  }

  /** {@return that of proposals in the published models} */
  public static Selection ofProposals() {
    return new Selection(MaxIouAssigner.ofProposals(), RandomSampler.ofProposals());
  }
}
