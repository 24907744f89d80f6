package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.ClassifierHead.Norm;
import dev.dovetail.backbones.vit.ClassifierHead.Pool;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.Preset;
import java.util.ArrayList;
import java.util.List;

/**
 * Presets of the published plain vision transformers, with timm's names. They keep their class and
 * register tokens when an adapter uses them.
 */
final class VitPresets {

  private static final int CLASSES = 1000;

  /** The source of the figures. */
  private static final String TIMM = "timm";

  private VitPresets() {}

  /** The sizes: T, S, B, L and larger. */
  private record Scale(String name, VisionTransformer size) {}

  private static final Scale TINY = new Scale("tiny", VisionTransformer.tiny());
  private static final Scale SMALL = new Scale("small", VisionTransformer.small());
  private static final Scale BASE = new Scale("base", VisionTransformer.base());
  private static final Scale LARGE = new Scale("large", VisionTransformer.large());
  private static final Scale HUGE = new Scale("huge", VisionTransformer.huge());

  /** The number of parameters in millions and multiply-accumulates in billions. */
  private record Figures(double parameters, double macs) {}

  static List<Preset> all() {
    List<Preset> presets = new ArrayList<>();
    vits(presets);
    dinos(presets);
    beits(presets);
    encoders(presets);
    presets.addAll(DetrVitPresets.all());
    return presets;
  }

  private static Preset of(
      String name, VisionTransformer vit, int classes, String source, Figures f) {
    return Preset.of(
        name, vit, classes, vit.geometry().pretrainSize(), source, f.parameters(), f.macs());
  }

  private static Preset unverified(String name, VisionTransformer vit, int classes, String source) {
    return Preset.unverified(name, vit, classes, vit.geometry().pretrainSize(), source);
  }

  private static void vits(List<Preset> presets) {
    List<Scale> scales = List.of(TINY, SMALL, BASE, LARGE);
    List<Figures> figures =
        List.of(
            new Figures(5.72, 1.26),
            new Figures(22.05, 4.61),
            new Figures(86.57, 17.58),
            new Figures(304.33, 61.6));
    for (int i = 0; i < scales.size(); i++) {
      String name = "vit_" + scales.get(i).name() + "_patch16_224";
      presets.add(of(name, vit(scales.get(i), 224), CLASSES, TIMM, figures.get(i)));
    }
    presets.add(unverified("vit_base_patch16_384", vit(BASE, 384), CLASSES, TIMM));
    presets.add(unverified("vit_large_patch16_384", vit(LARGE, 384), CLASSES, TIMM));
    for (Scale scale : List.of(TINY, SMALL, BASE)) {
      String deit = "deit_" + scale.name();
      presets.add(unverified(deit + "_patch16_224", vit(scale, 224), CLASSES, "DeiT (Meta)"));
      VisionTransformer distilled =
          vit(scale, 224)
              .withEmbedding(
                  Embedding.ofTokens(2, 0, Positions.LEARNED, 2, Interpolation.ANTIALIASED))
              .withHead(new ClassifierHead(Pool.CLASS_AND_DISTILLATION, Norm.TOKENS, 0));
      presets.add(unverified(deit + "_distilled_patch16_224", distilled, CLASSES, "DeiT (Meta)"));
    }
    for (Scale scale : List.of(SMALL, BASE, LARGE)) {
      VisionTransformer deit3 =
          vit(scale, 224)
              .withLayerScale(true)
              .withEmbedding(
                  Embedding.ofTokens(1, 0, Positions.LEARNED, 0, Interpolation.ANTIALIASED));
      String name = "deit3_" + scale.name() + "_patch16_224";
      presets.add(unverified(name, deit3, CLASSES, "DeiT III (Meta)"));
    }
    presets.add(unverified("mae_vit_base_patch16", mae(BASE, 16), 0, "MAE (Meta)"));
    presets.add(unverified("mae_vit_large_patch16", mae(LARGE, 16), 0, "MAE (Meta)"));
    presets.add(unverified("mae_vit_huge_patch14", mae(HUGE, 14), 0, "MAE (Meta)"));
  }

  private static VisionTransformer vit(Scale scale, int size) {
    return scale
        .size()
        .withLayerScale(false)
        .withPretrainSize(size)
        .withEmbedding(Embedding.vit())
        .withHead(ClassifierHead.ofClassToken());
  }

  /** MAE's checkpoints contain the fixed position embedding as a table. */
  private static VisionTransformer mae(Scale scale, int patch) {
    return vit(scale, 224)
        .withPatchSize(patch)
        .withEmbedding(Embedding.ofTokens(1, 0, Positions.LEARNED, 1, Interpolation.BICUBIC));
  }

  private static void dinos(List<Preset> presets) {
    List<Scale> scales = List.of(SMALL, BASE, LARGE);
    List<Figures> figures =
        List.of(new Figures(22.06, 46.76), new Figures(86.58, 151.71), new Figures(304.37, 507.15));
    for (int i = 0; i < scales.size(); i++) {
      Scale scale = scales.get(i);
      String name = "vit_" + scale.name() + "_patch14";
      VisionTransformer dinov2 = vit(scale, 518).withPatchSize(14).withLayerScale(true);
      Embedding registers =
          Embedding.ofTokens(1, 4, Positions.LEARNED, 0, Interpolation.ANTIALIASED);
      presets.add(of(name + "_dinov2", dinov2, 0, "DINOv2 (Meta)", figures.get(i)));
      presets.add(
          unverified(name + "_reg4_dinov2", dinov2.withEmbedding(registers), 0, "DINOv2 (Meta)"));
      String dinov3 = "vit_" + scale.name() + "_patch16_dinov3";
      presets.add(unverified(dinov3, dinov3(scale, false), 0, TIMM));
      presets.add(unverified(dinov3 + "_qkvb", dinov3(scale, true), 0, "DINOv3 (Meta)"));
    }
  }

  /** timm omits biases of Meta's checkpoints that are zero. */
  private static VisionTransformer dinov3(Scale scale, boolean bias) {
    return withoutKeyBias(scale)
        .withQkvBias(bias)
        .withPretrainSize(256)
        .withEpsilon(1e-5)
        .withEmbedding(Embedding.ofTokens(1, 4, Positions.NONE, 0, Interpolation.ANTIALIASED))
        .withAttention(AttentionOptions.plain().withRotary(Rotary.dinov3()))
        .withHead(ClassifierHead.ofMean(Norm.TOKENS));
  }

  /** BEiT and its descendants. */
  private static VisionTransformer withoutKeyBias(Scale scale) {
    return scale.size().withKeyBias(false).withInitialLayerScale(1e-6);
  }

  private static void beits(List<Preset> presets) {
    VisionTransformer base = beit(BASE);
    presets.add(
        of("beit_base_patch16_224", base, CLASSES, "BEiT (Microsoft)", new Figures(86.53, 17.58)));
    presets.add(unverified("beit_large_patch16_224", beit(LARGE), CLASSES, "BEiT (Microsoft)"));
    presets.add(unverified("beitv2_base_patch16_224", base, CLASSES, "BEiT v2 (Microsoft)"));
    presets.add(
        unverified("beitv2_large_patch16_224", beit(LARGE), CLASSES, "BEiT v2 (Microsoft)"));
    Figures baseFigures = new Figures(87.12, 107.11);
    Figures largeFigures = new Figures(305.08, 362.33);
    presets.add(of("eva02_base_patch14_448", eva02(BASE), CLASSES, "EVA-02 (BAAI)", baseFigures));
    presets.add(
        of("eva02_large_patch14_448", eva02(LARGE), CLASSES, "EVA-02 (BAAI)", largeFigures));
  }

  private static VisionTransformer beit(Scale scale) {
    return withoutKeyBias(scale)
        .withEmbedding(Embedding.ofTokens(1, 0, Positions.NONE, 0, Interpolation.ANTIALIASED))
        .withAttention(AttentionOptions.plain().withRelative(Relative.TABLE).withPadInput(true))
        .withHead(ClassifierHead.ofMean(Norm.POOLED));
  }

  private static VisionTransformer eva02(Scale scale) {
    return withoutKeyBias(scale)
        .withMlpRatio(8 / 3.0)
        .withMlp(Mlp.SWIGLU_NORM)
        .withLayerScale(false)
        .withPretrainSize(448)
        .withPatchSize(14)
        .withEmbedding(Embedding.vit())
        .withAttention(AttentionOptions.plain().withRotary(Rotary.eva02()))
        .withHead(ClassifierHead.ofMean(Norm.POOLED));
  }

  private static void encoders(List<Preset> presets) {
    presets.add(
        of(
            "samvit_base_patch16",
            sam(BASE, List.of(14, 14, 0)),
            0,
            "SAM (Meta)",
            new Figures(89.67, 486.43)));
    List<Integer> sixth = List.of(14, 14, 14, 14, 14, 0);
    presets.add(unverified("samvit_large_patch16", sam(LARGE, sixth), 0, "SAM (Meta)"));
    List<Integer> eighth = List.of(14, 14, 14, 14, 14, 14, 14, 0);
    presets.add(unverified("samvit_huge_patch16", sam(HUGE, eighth), 0, "SAM (Meta)"));
  }

  private static VisionTransformer sam(Scale scale, List<Integer> windows) {
    return scale
        .size()
        .withLayerScale(false)
        .withWindows(windows)
        .withPretrainSize(1024)
        .withEmbedding(Embedding.ofTokens(0, 0, Positions.LEARNED, 0, Interpolation.ANTIALIASED))
        .withAttention(
            AttentionOptions.plain().withRelative(Relative.DECOMPOSED).withPadInput(true))
        .withHead(new ClassifierHead(Pool.MEAN, Norm.NONE, 256));
  }
}
