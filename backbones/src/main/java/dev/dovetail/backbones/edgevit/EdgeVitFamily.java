package dev.dovetail.backbones.edgevit;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import java.io.IOException;
import java.util.List;

/** Registers EdgeViT. */
public final class EdgeVitFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "edgevit", EdgeVit.xs()));
  }

  @Override
  public List<Preset> presets() {
    return EdgeVit.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(EdgeVitFamily.class, "same");
  }
}
