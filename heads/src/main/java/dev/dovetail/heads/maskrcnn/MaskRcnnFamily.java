package dev.dovetail.heads.maskrcnn;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.io.IOException;
import java.util.List;

/** Registers Faster R-CNN, Mask R-CNN and their cascades. */
public final class MaskRcnnFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.HEAD, "cascade-mask-rcnn", CascadeMaskRcnn.defaults()),
        new Part<>(Kind.HEAD, "cascade-rcnn", CascadeRcnn.defaults()),
        new Part<>(Kind.HEAD, "faster-rcnn", FasterRcnn.defaults()),
        new Part<>(Kind.HEAD, "mask-rcnn", MaskRcnn.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(MaskRcnnFamily.class, "torchvision-rcnn", "torchvision-rcnn-v2");
  }
}
