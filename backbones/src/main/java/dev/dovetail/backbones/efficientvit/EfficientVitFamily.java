package dev.dovetail.backbones.efficientvit;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import java.io.IOException;
import java.util.List;

/** Registers EfficientViT of the MIT Han Lab. */
public final class EfficientVitFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "efficientvit", EfficientVit.b1()));
  }

  @Override
  public List<Preset> presets() {
    return EfficientVit.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        EfficientVitFamily.class, "official-efficientvit", "official-efficientvit-large", "same");
  }
}
