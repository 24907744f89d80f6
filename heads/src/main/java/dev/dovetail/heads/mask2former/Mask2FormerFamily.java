package dev.dovetail.heads.mask2former;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Mask2Former. */
public final class Mask2FormerFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "mask2former", Mask2Former.defaults()));
  }
}
