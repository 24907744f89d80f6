package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers the hybrid encoder of RT-DETR and D-FINE and the light encoder of DEIMv2. */
public final class HybridEncoderFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.NECK, "hybrid-encoder", HybridEncoder.defaults()),
        new Part<>(Kind.NECK, "lite-encoder", LiteEncoder.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        HybridEncoderFamily.class,
        "huggingface-hybrid-encoder",
        "official-hybrid-encoder",
        "huggingface-deimv2-encoder",
        "huggingface-lite-encoder",
        "official-d-fine-encoder",
        "official-deimv2-encoder",
        "official-lite-encoder");
  }
}
