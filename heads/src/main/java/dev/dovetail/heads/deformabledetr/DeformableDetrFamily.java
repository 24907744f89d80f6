package dev.dovetail.heads.deformabledetr;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/**
 * Registers Deformable DETR: its encoder and decoder, and whole models as published by
 * transformers.
 */
public final class DeformableDetrFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "deformable-detr", DeformableDetr.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        DeformableDetrFamily.class,
        "huggingface-deformable-detr",
        "huggingface-deformable-detr-two-stage",
        "official-deformable-detr",
        "official-deformable-detr-two-stage");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceDeformableDetr());
  }
}
