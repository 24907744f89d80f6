package dev.dovetail.adapters.feature2pyramid;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers the pyramid of BEiT's segmenter. */
public final class Feature2PyramidFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NECK, "feature2pyramid", Feature2Pyramid.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(Feature2PyramidFamily.class, "beit-pyramid");
  }
}
