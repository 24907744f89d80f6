package dev.dovetail.backbones.swin;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers Swin and Swin V2. */
public final class SwinFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "swin", Swin.tiny()));
  }

  @Override
  public List<Preset> presets() {
    return Swin.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        SwinFamily.class,
        "huggingface-swin",
        "huggingface-swinv2",
        "same",
        "official-swin",
        "mmdet-swin",
        "mmpretrain-swin",
        "torchvision-swin",
        "torchvision-swinv2");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceSwin());
  }
}
