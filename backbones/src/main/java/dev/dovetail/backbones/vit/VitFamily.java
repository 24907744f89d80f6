package dev.dovetail.backbones.vit;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Part.Kind;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.RetiredKey;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Registers plain vision transformers: ViT, DeiT, BEiT, DINOv2, DINOv3, EVA-02, SAM and ViTDet. */
public final class VitFamily implements ModelFamily {

  @Override
  public List<Part<?>> parts() {
    return List.of(
        new Part<>(Kind.BACKBONE, "vit", VisionTransformer.base()),
        new Part<>(Kind.BACKBONE, "beit", VisionTransformer.beitDefaults()));
  }

  @Override
  public List<Preset> presets() {
    return VitPresets.all();
  }

  @Override
  public List<RetiredKey> retiredKeys() {
    return List.of(
        new RetiredKey(
            VisionTransformer.class,
            "lineage",
            Map.of(
                "vit", Map.of("keyBias", true, "initialLayerScale", 1.0),
                "beit", Map.of("keyBias", false, "initialLayerScale", 1e-6))));
  }

  @Override
  public List<KnownLayout> layouts() throws IOException {
    return KnownLayout.beside(
        VitFamily.class,
        "dinov2",
        "timm-vit",
        "samvit",
        "eva02",
        "dinov3",
        "deit3",
        "timm-eva",
        "mae",
        "beit",
        "same",
        "sam",
        "detectron2-vitdet",
        "augreg",
        "openmmlab-vit",
        "huggingface-vit",
        "huggingface-beit",
        "huggingface-dinov3",
        "huggingface-vitdet",
        "huggingface-lw-detr-vit",
        "huggingface-deimv2-vit",
        "lw-detr-vit",
        "rf-detr-vit");
  }

  @Override
  public List<HuggingFaceReader<?>> huggingFace() {
    return List.of(new HuggingFaceVit(), new HuggingFaceDinov3(), new HuggingFaceVitDet());
  }
}
