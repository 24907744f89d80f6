package dev.dovetail.heads.lwdetr;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/**
 * Registers LW-DETR and RF-DETR: their heads, and whole models as published by transformers and the
 * authors.
 */
public final class LwDetrFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.HEAD, "lw-detr", LwDetr.defaults()),
        new Part<>(Kind.HEAD, "rf-detr-segmentation", RfDetrSegmentation.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(LwDetrFamily.class, "huggingface-lw-detr", "official-lw-detr");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceLwDetr(), new HuggingFaceRfDetr());
  }
}
