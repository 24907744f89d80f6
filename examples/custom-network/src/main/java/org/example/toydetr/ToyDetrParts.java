package org.example.toydetr;

import dev.dovetail.models.Part;
import dev.dovetail.models.PartProvider;
import java.util.List;

/** Announces the toy detector to Dovetail; named in {@code META-INF/services}. */
public final class ToyDetrParts implements PartProvider {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Part.Kind.NETWORK, "toy-detr", ToyDetr.defaults()));
  }
}
