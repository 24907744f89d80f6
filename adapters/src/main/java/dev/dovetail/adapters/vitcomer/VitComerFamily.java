package dev.dovetail.adapters.vitcomer;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers ViT-CoMer over plain and hierarchical backbones and its baseline. */
public final class VitComerFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.ADAPTER, "vit-comer", VitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-comer-hierarchical", HierarchicalVitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-baseline", VitBaseline.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(VitComerFamily.class, "co-detr-vit-comer");
  }
}
