package dev.dovetail.heads.eomt;

import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.Preset;
import java.util.ArrayList;
import java.util.List;

/** Presets of the published sizes of EoMT, with their authors' names. */
final class EomtPresets {

  private static final String SOURCE = "EoMT (tue-mps)";
  private static final int COCO_PANOPTIC = 133;
  private static final int COCO_INSTANCE = 80;
  private static final int ADE20K_PANOPTIC = 150;
  private static final int ADE20K = 150;
  private static final int CITYSCAPES = 19;

  /** Queries of the panoptic and the instance models; the semantic models have half as many. */
  private static final int QUERIES = 200;

  private EomtPresets() {}

  /** A transformer and the number of its last blocks that process queries. */
  enum Size {
    SMALL(VisionTransformer.small(), 3),
    BASE(VisionTransformer.base(), 3),
    LARGE(VisionTransformer.large(), 4),
    GIANT(
        VisionTransformer.base()
            .withSize(1536, 40, 24)
            .withMlpRatio(4096 / 1536.0)
            .withMlp(Mlp.SWIGLU),
        5);

    private final VisionTransformer transformer;
    private final int queryBlocks;

    Size(VisionTransformer transformer, int queryBlocks) {
      this.transformer = transformer;
      this.queryBlocks = queryBlocks;
    }
  }

  static List<Preset> all() {
    List<Preset> presets = new ArrayList<>();
    for (Size size : Size.values()) {
      presets.add(dinov2(size, "coco_panoptic", 640, COCO_PANOPTIC, QUERIES));
    }
    for (Size size : List.of(Size.LARGE, Size.GIANT)) {
      presets.add(dinov2(size, "coco_panoptic", 1280, COCO_PANOPTIC, QUERIES));
      presets.add(dinov2(size, "ade20k_panoptic", 640, ADE20K_PANOPTIC, QUERIES));
      presets.add(dinov2(size, "ade20k_panoptic", 1280, ADE20K_PANOPTIC, QUERIES));
    }
    presets.add(dinov2(Size.LARGE, "coco_instance", 640, COCO_INSTANCE, QUERIES));
    presets.add(dinov2(Size.LARGE, "coco_instance", 1280, COCO_INSTANCE, QUERIES));
    presets.add(dinov2(Size.LARGE, "ade20k_semantic", 512, ADE20K, QUERIES / 2));
    presets.add(dinov2(Size.LARGE, "cityscapes_semantic", 1024, CITYSCAPES, QUERIES / 2));
    for (Size size : List.of(Size.SMALL, Size.BASE, Size.LARGE)) {
      presets.add(dinov3(size, "coco_panoptic", 640, COCO_PANOPTIC, QUERIES));
    }
    presets.add(dinov3(Size.LARGE, "coco_panoptic", 1280, COCO_PANOPTIC, QUERIES));
    presets.add(dinov3(Size.LARGE, "coco_instance", 640, COCO_INSTANCE, QUERIES));
    presets.add(dinov3(Size.LARGE, "coco_instance", 1280, COCO_INSTANCE, QUERIES));
    presets.add(dinov3(Size.LARGE, "ade20k_semantic", 512, ADE20K, QUERIES / 2));
    return presets;
  }

  private static Preset dinov2(Size size, String data, int pixels, int classes, int queries) {
    return preset(size, data, pixels, "", dinov2(size, pixels, classes, queries));
  }

  private static Preset dinov3(Size size, String data, int pixels, int classes, int queries) {
    return preset(size, data, pixels, "_dinov3", dinov3(size, pixels, classes, queries));
  }

  private static Preset preset(Size size, String data, int pixels, String suffix, Eomt model) {
    String name = data + "_eomt_" + size.name().toLowerCase(java.util.Locale.ROOT);
    return Preset.unverified(name + "_" + pixels + suffix, model, model.classes(), pixels, SOURCE);
  }

  /** DINOv2 with registers and patches resized to 16 pixels. */
  static Eomt dinov2(Size size, int pixels, int classes, int queries) {
    Embedding embedding =
        Embedding.vit()
            .withTokens(new Tokens(true, false, 4))
            .withCodes(new Codes(Positions.LEARNED, 0, Interpolation.ANTIALIASED));
    return of(size, size.transformer.withEmbedding(embedding), pixels, classes, queries);
  }

  /** DINOv3, whose keys have a zero bias that checkpoints omit. */
  static Eomt dinov3(Size size, int pixels, int classes, int queries) {
    Embedding embedding =
        Embedding.vit()
            .withTokens(new Tokens(true, false, 4))
            .withCodes(new Codes(Positions.NONE, 0, Interpolation.BICUBIC));
    VisionTransformer transformer =
        size.transformer
            .withEmbedding(embedding)
            .withEpsilon(1e-5)
            .withAttention(AttentionOptions.plain().withRotary(Rotary.dinov3()));
    return of(size, transformer, pixels, classes, queries);
  }

  private static Eomt of(
      Size size, VisionTransformer transformer, int pixels, int classes, int queries) {
    VisionTransformer whole =
        transformer
            .withLayerScale(true)
            .withInitialLayerScale(1e-5)
            .withPretrainSize(pixels)
            .withHead(ClassifierHead.ofClassToken());
    return new Eomt(classes, whole, queries, size.queryBlocks, List.of(), 2, Activation.GELU);
  }
}
