package dev.dovetail.adapters.dpt;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers DPT's reassemble and fusion layers. */
public final class DptFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.ADAPTER, "dpt-reassemble", Reassemble.defaults()),
        new Part<>(Kind.NECK, "dpt-fusion", Fusion.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(DptFamily.class, "huggingface-dpt", "official-dpt");
  }
}
