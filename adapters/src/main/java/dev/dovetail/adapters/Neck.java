package dev.dovetail.adapters;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.network.FeaturePyramid;

/** Computes a feature pyramid from another one, for example a feature pyramid network. */
public interface Neck {

  /**
   * Computes the pyramid.
   *
   * @param s the scope of its parameters
   * @param features the maps of an adapter or a backbone
   * @return the maps that a head reads
   */
  FeaturePyramid apply(Scope s, FeaturePyramid features);
}
