package dev.dovetail.adapters.vitadapter;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Registers ViT-Adapter. */
public final class VitAdapterFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.ADAPTER, "vit-adapter", VitAdapter.defaults()));
  }
}
