package dev.dovetail.train.detection;

/**
 * How a stage of the detector chooses the boxes that it learns from.
 *
 * @param assigner which object a box learns
 * @param sampler which boxes take part in a step
 */
public record Stage(MaxIouAssigner assigner, BoxSampler sampler) {

  /** {@return that of anchors in the published models} */
  public static Stage ofAnchors() {
    return new Stage(MaxIouAssigner.ofAnchors(), RandomSampler.ofAnchors());
  }

  /** {@return that of proposals in the published models} */
  public static Stage ofProposals() {
    return new Stage(MaxIouAssigner.ofProposals(), RandomSampler.ofProposals());
  }
}
