package dev.dovetail.backbones.mobilevit;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers MobileViTv2. */
public final class MobileVitFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "mobilevitv2", MobileVitV2.of(1)));
  }

  @Override
  public List<Preset> presets() {
    return MobileVitV2.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        MobileVitFamily.class, "huggingface-mobilevitv2", "official-mobilevitv2", "same");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceMobileVitV2());
  }
}
