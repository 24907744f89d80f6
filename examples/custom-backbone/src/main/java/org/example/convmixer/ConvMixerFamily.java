package org.example.convmixer;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Preset;
import java.io.IOException;
import java.util.List;

/** Registers ConvMixer; this class is listed in {@code META-INF/services}. */
public final class ConvMixerFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Part.Kind.BACKBONE, "convmixer", ConvMixer.defaults()));
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        preset("convmixer_1024_20_ks9_p14", new ConvMixer(1024, 20, 9, 14)),
        preset("convmixer_1536_20", new ConvMixer(1536, 20, 9, 7)));
  }

  private static Preset preset(String name, ConvMixer backbone) {
    return Preset.unverified(name, backbone, 1000, 224, "timm " + name);
  }

  /**
   * The layout of timm, whose names are those of the model. With it, checkpoints are recognized as
   * ConvMixer.
   */
  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(ConvMixerFamily.class, "timm-convmixer");
  }
}
