package dev.dovetail.heads.classification;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Registers classifiers. */
public final class ClassifierFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "classifier", ClassificationHead.defaults()));
  }
}
