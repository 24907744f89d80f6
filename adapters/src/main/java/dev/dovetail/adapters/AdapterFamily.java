package dev.dovetail.adapters;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** The adapters and necks that come with Dovetail. */
public final class AdapterFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.ADAPTER, "vit-comer", VitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-comer-hierarchical", HierarchicalVitComer.defaults()),
        new Part<>(Kind.ADAPTER, "vit-adapter", VitAdapter.defaults()),
        new Part<>(Kind.ADAPTER, "vit-baseline", VitBaseline.defaults()),
        new Part<>(Kind.ADAPTER, "simple-pyramid", SimplePyramid.defaults()),
        new Part<>(Kind.ADAPTER, "plain", BackboneFeatures.defaults()),
        new Part<>(Kind.NECK, "fpn", Fpn.defaults()));
  }
}
