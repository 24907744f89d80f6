package dev.dovetail.adapters;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.network.FeaturePyramid;

/** Makes a feature pyramid of another, such as a feature pyramid network. */
public interface Neck {

  /**
   * Makes one pyramid of another.
   *
   * @param s where its parameters are
   * @param features the maps of an adapter or a backbone
   * @return the maps that a head takes
   */
  FeaturePyramid apply(Scope s, FeaturePyramid features);
}
