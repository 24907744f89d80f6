package dev.dovetail.heads.maskrcnn;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** Mask R-CNN. */
public final class MaskRcnnFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "mask-rcnn", MaskRcnn.defaults()));
  }
}
