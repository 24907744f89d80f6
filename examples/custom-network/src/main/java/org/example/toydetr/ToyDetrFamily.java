package org.example.toydetr;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import java.util.List;

/** Registers the toy detector; this class is listed in {@code META-INF/services}. */
public final class ToyDetrFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Part.Kind.NETWORK, "toy-detr", ToyDetr.defaults()));
  }
}
