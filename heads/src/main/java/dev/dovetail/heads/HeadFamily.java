package dev.dovetail.heads;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import java.util.List;

/** The heads that go with any backbone. */
public final class HeadFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.HEAD, "classifier", ClassificationHead.defaults()),
        new Part<>(Kind.HEAD, "mask-rcnn", MaskRcnn.defaults()),
        new Part<>(Kind.HEAD, "upernet", UperNet.defaults()),
        new Part<>(Kind.HEAD, "mask2former", Mask2Former.defaults()));
  }
}
