package dev.dovetail.adapters.projector;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers the projector of LW-DETR and RF-DETR. */
public final class ProjectorFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NECK, "multi-scale-projector", MultiScaleProjector.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        ProjectorFamily.class, "huggingface-lw-detr-projector", "official-lw-detr-projector");
  }
}
