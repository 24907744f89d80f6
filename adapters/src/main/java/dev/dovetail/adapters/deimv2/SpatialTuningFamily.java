package dev.dovetail.adapters.deimv2;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers the spatial tuning adapter of DEIMv2. */
public final class SpatialTuningFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.ADAPTER, "spatial-tuning", SpatialTuning.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        SpatialTuningFamily.class, "deimv2-adapter", "huggingface-deimv2-adapter");
  }
}
