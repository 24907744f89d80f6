package org.example.toydetr;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import java.util.List;

/** Announces the toy detector to Dovetail; named in {@code META-INF/services}. */
public final class ToyDetrFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Part.Kind.NETWORK, "toy-detr", ToyDetr.defaults()));
  }
}
