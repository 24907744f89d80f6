package dev.dovetail.heads.upernet;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** UperNet, and whole models with it as transformers publishes them: its own and BEiT's. */
public final class UperNetFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.HEAD, "upernet", UperNet.defaults()));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        UperNetFamily.class, "huggingface-upernet", "huggingface-beit-upernet");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceUperNet(), new HuggingFaceBeit());
  }
}
