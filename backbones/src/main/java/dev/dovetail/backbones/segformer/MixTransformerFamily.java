package dev.dovetail.backbones.segformer;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import java.io.IOException;
import java.util.List;

/** Registers Mix Transformers, the encoders of SegFormer. */
public final class MixTransformerFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "mit", MixTransformer.b0()));
  }

  @Override
  public List<Preset> presets() {
    return MixTransformer.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(MixTransformerFamily.class, "mmseg-mit", "huggingface-mit", "same");
  }
}
