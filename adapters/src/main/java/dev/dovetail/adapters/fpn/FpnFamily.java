package dev.dovetail.adapters.fpn;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers the feature pyramid network. */
public final class FpnFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NECK, "fpn", Fpn.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(FpnFamily.class, "torchvision-fpn");
  }
}
