package dev.dovetail.heads.upernet;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** UperNet. */
public final class UperNetFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "upernet", UperNet.defaults()));
  }
}
