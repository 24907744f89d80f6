package dev.dovetail.heads.yolos;

import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers YOLOS. */
public final class YolosFamily implements ModelFamily {

  /** The number of COCO's category ids including 0, as in the authors' code. */
  private static final int CLASSES = 91;

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.NETWORK, "yolos", Yolos.defaults()));
  }

  @Override
  public List<Preset> presets() {
    return List.of(
        preset("yolos_tiny", Geometry.of(192, 12, 3).withPretrainSize(800, 1333), false, 512),
        preset("yolos_small", Geometry.of(384, 12, 6).withPretrainSize(512, 864), true, 800),
        preset("yolos_small_dwr", Geometry.of(330, 14, 6).withPretrainSize(512, 864), true, 800),
        preset("yolos_base", Geometry.of(768, 12, 12).withPretrainSize(800, 1344), true, 800));
  }

  private static Preset preset(String name, Geometry geometry, boolean midPositions, int size) {
    Yolos model = new Yolos(CLASSES, geometry, true, 1e-6, 100, midPositions, 100);
    return Preset.unverified(name, model, CLASSES, size, "YOLOS (hustvl)");
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(YolosFamily.class, "same", "huggingface-yolos");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceYolos());
  }
}
