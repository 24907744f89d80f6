package dev.dovetail.train.detection;

/**
 * Specifies how a stage of the detector selects training boxes.
 *
 * @param assigner assigns boxes to objects
 * @param sampler samples the boxes of a step
 */
public record Stage(MaxIouAssigner assigner, BoxSampler sampler) {

  /** {@return the settings for anchors of the published models} */
  public static Stage ofAnchors() {
    return new Stage(MaxIouAssigner.ofAnchors(), RandomSampler.ofAnchors());
  }

  /** {@return the settings for proposals of the published models} */
  public static Stage ofProposals() {
    return new Stage(MaxIouAssigner.ofProposals(), RandomSampler.ofProposals());
  }
}
