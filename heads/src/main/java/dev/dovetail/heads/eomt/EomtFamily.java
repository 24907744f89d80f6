package dev.dovetail.heads.eomt;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers EoMT. */
public final class EomtFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NETWORK, "eomt", Eomt.defaults()));
  }

  @Override
  public List<Preset> presets() {
    return EomtPresets.all();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        EomtFamily.class,
        "same",
        "huggingface-eomt",
        "huggingface-eomt-dinov3",
        "eomt",
        "eomt-dinov3");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceEomt());
  }
}
