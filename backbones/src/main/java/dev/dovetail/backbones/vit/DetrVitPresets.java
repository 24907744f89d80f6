package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.Preset;
import java.util.ArrayList;
import java.util.List;

/** Presets of the plain transformers inside published detectors of the DETR family. */
final class DetrVitPresets {

  private DetrVitPresets() {}

  static List<Preset> all() {
    List<Preset> presets = new ArrayList<>();
    rfDetr(presets);
    lwDetr(presets);
    deimV2(presets);
    return presets;
  }

  /** The patch size, windows, taps and resolution of each size, from rfdetr's configs. */
  private static void rfDetr(List<Preset> presets) {
    List<Integer> thirds = List.of(3, 6, 9);
    rfDetr(presets, "nano", 384, dinov2(16, 384, 2, thirds));
    rfDetr(presets, "small", 512, dinov2(16, 512, 2, thirds));
    rfDetr(presets, "medium", 576, dinov2(16, 576, 2, thirds));
    rfDetr(presets, "large", 704, dinov2(16, 704, 2, thirds));
    rfDetr(presets, "base", 560, dinov2(14, 518, 4, List.of(2, 5, 8, 11)));
    rfDetr(presets, "seg_nano", 312, dinov2(12, 312, 1, thirds));
    rfDetr(presets, "seg_small", 384, dinov2(12, 384, 2, thirds));
    rfDetr(presets, "seg_medium", 432, dinov2(12, 432, 2, thirds));
    rfDetr(presets, "seg_large", 504, dinov2(12, 504, 2, thirds));
  }

  private static void rfDetr(List<Preset> presets, String size, int pixels, VisionTransformer vit) {
    presets.add(
        Preset.unverified("rf_detr_" + size + "_vit", vit, 0, pixels, "RF-DETR (Roboflow)"));
  }

  private static VisionTransformer dinov2(
      int patch, int pretrainSize, int windows, List<Integer> global) {
    return VisionTransformer.small()
        .withPatchSize(patch)
        .withPretrainSize(pretrainSize)
        .withEmbedding(Embedding.vit())
        .withTokenWindows(new TokenWindows(windows, global, true))
        .withHead(ClassifierHead.ofClassToken().withOutputNorm(OutputNorm.ALL));
  }

  /** From table 1 of the paper and the authors' scripts: blocks 2, 4, 5 and 8 of ten are global. */
  private static void lwDetr(List<Preset> presets) {
    lwDetr(presets, "tiny", cae(192, 6, List.of(1, 3, 5)));
    List<Integer> global = List.of(2, 4, 5, 8);
    lwDetr(presets, "small", cae(192, 10, global));
    lwDetr(presets, "medium", cae(384, 10, global));
    lwDetr(presets, "large", cae(384, 10, global));
    lwDetr(presets, "xlarge", cae(768, 10, global));
  }

  private static void lwDetr(List<Preset> presets, String size, VisionTransformer vit) {
    presets.add(Preset.unverified("lw_detr_" + size + "_vit", vit, 0, 640, "LW-DETR (Baidu)"));
  }

  private static VisionTransformer cae(int width, int depth, List<Integer> global) {
    return VisionTransformer.base()
        .withSize(width, depth, 12)
        .withEmbedding(Embedding.ofTokens(0, 0, Positions.LEARNED, 1, Interpolation.BICUBIC))
        .withKeyBias(false)
        .withInitialLayerScale(0.1)
        .withTokenWindows(new TokenWindows(4, global, false));
  }

  /** ViT-T and ViT-T+ are DEIMv2's own models, distilled from DINOv3. The others are Meta's. */
  private static void deimV2(List<Preset> presets) {
    deimV2(presets, "s", distilled(192, 3));
    deimV2(presets, "m", distilled(256, 4));
    deimV2(presets, "l", dinov3());
    deimV2(presets, "x", dinov3().withMlp(Mlp.SWIGLU));
  }

  private static void deimV2(List<Preset> presets, String size, VisionTransformer vit) {
    presets.add(Preset.unverified("deimv2_" + size + "_vit", vit, 0, 640, "DEIMv2 (Intellindust)"));
  }

  private static VisionTransformer distilled(int width, int heads) {
    return VisionTransformer.base()
        .withSize(width, 12, heads)
        .withLayerScale(false)
        .withEmbedding(Embedding.ofTokens(1, 0, Positions.NONE, 0, Interpolation.BICUBIC))
        .withAttention(AttentionOptions.plain().withRotary(Rotary.dinov3()))
        .withHead(ClassifierHead.ofMean(ClassifierHead.Norm.NONE));
  }

  private static VisionTransformer dinov3() {
    return VisionTransformer.small()
        .withKeyBias(false)
        .withInitialLayerScale(1e-5)
        .withEpsilon(1e-5)
        .withPretrainSize(256)
        .withEmbedding(Embedding.ofTokens(1, 4, Positions.NONE, 0, Interpolation.BICUBIC))
        .withAttention(AttentionOptions.plain().withRotary(Rotary.dinov3()))
        .withHead(ClassifierHead.ofClassToken().withOutputNorm(OutputNorm.ALL));
  }
}
