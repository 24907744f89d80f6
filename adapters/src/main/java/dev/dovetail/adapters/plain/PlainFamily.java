package dev.dovetail.adapters.plain;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Registers the adapters without parameters. */
public final class PlainFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.ADAPTER, "plain", BackboneFeatures.defaults()),
        new Part<>(Kind.ADAPTER, "stages", Stages.defaults()),
        new Part<>(Kind.ADAPTER, "taps", Taps.defaults()));
  }
}
