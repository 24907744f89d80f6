package dev.dovetail.adapters.vitdet;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Registers the simple feature pyramid of ViTDet. */
public final class SimplePyramidFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.ADAPTER, "simple-pyramid", SimplePyramid.defaults()));
  }
}
