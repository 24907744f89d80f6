package dev.dovetail.backbones.hgnetv2;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers PP-HGNetV2. */
public final class HgNetV2Family implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "hgnetv2", HgNetV2Presets.b4()));
  }

  @Override
  public List<Preset> presets() {
    return HgNetV2Presets.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(HgNetV2Family.class, "same", "huggingface-hgnetv2");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceHgNetV2());
  }
}
