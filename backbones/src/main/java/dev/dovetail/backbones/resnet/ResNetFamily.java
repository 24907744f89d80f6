package dev.dovetail.backbones.resnet;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;

/** Registers ResNet. */
public final class ResNetFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(new Part<>(Kind.BACKBONE, "resnet", ResNet.resnet50()));
  }

  @Override
  public List<Preset> presets() {
    return ResNet.presets();
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        ResNetFamily.class,
        "same",
        "torchvision-detector-resnet",
        "huggingface-resnet",
        "huggingface-rtdetr-resnet",
        "official-rtdetr-resnet",
        "detectron2-resnet");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceResNet());
  }
}
