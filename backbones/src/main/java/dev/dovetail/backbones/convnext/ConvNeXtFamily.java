package dev.dovetail.backbones.convnext;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers ConvNeXt. */
public final class ConvNeXtFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "convnext", ConvNeXt.tiny()));
  }

  @Override
  public List<Preset> presets() {
    return ConvNeXt.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        ConvNeXtFamily.class,
        "same",
        "official-convnext",
        "huggingface-convnext",
        "torchvision-convnext");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceConvNeXt());
  }
}
