package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** The hybrid encoder of RT-DETR and D-FINE, and the light one of DEIMv2. */
public final class HybridEncoderFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.NECK, "hybrid-encoder", HybridEncoder.defaults()),
        new Part<>(Kind.NECK, "lite-encoder", LiteEncoder.defaults()));
  }
}
