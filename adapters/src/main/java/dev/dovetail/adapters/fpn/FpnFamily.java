package dev.dovetail.adapters.fpn;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** The feature pyramid network. */
public final class FpnFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NECK, "fpn", Fpn.defaults()));
  }
}
