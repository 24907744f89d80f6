package dev.dovetail.adapters;

import dev.dovetail.graph.Scope;

/** Makes a feature pyramid of another, such as a feature pyramid network. */
public interface Neck {

  FeaturePyramid apply(Scope s, FeaturePyramid features);
}
