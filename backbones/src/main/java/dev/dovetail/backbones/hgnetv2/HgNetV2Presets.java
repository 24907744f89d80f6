package dev.dovetail.backbones.hgnetv2;

import dev.dovetail.backbones.hgnetv2.HgNetV2.Stages;
import dev.dovetail.backbones.hgnetv2.HgNetV2.Stem;
import dev.dovetail.registry.Preset;
import java.util.Collections;
import java.util.List;

/** Presets of the published models. D-FINE uses B0 (N and S), B2 (M), B4 (L) and B5 (X). */
final class HgNetV2Presets {

  private static final List<Integer> STRIDES = List.of(2, 2, 1);

  /** Width of the classifiers of PaddleClas and timm. */
  private static final int CLASSIFIER = 2048;

  private HgNetV2Presets() {}

  static HgNetV2 b4() {
    return large(32, 48, List.of(128, 512, 1024, 2048), List.of(48, 96, 192, 384), 1, 1, 3, 1);
  }

  static List<Preset> presets() {
    return List.of(
        deim("atto", small(List.of(64, 256, 256), List.of(1, 1, 1), List.of(3, 3, 3))),
        deim("femto", small(List.of(64, 256, 512), List.of(1, 1, 1), List.of(3, 3, 5))),
        deim("pico", small(List.of(64, 256, 512), List.of(1, 1, 2), List.of(3, 3, 5))),
        timm(
            "b0",
            small(List.of(64, 256, 512, 1024), List.of(1, 1, 2, 1), List.of(3, 3, 5, 5)),
            6.00,
            0.33),
        timm(
            "b1",
            affine(List.of(64, 256, 512, 1024), List.of(32, 48, 96, 192), List.of(1, 1, 2, 1), 3),
            6.34,
            0.49),
        timm(
            "b2",
            affine(List.of(96, 384, 768, 1536), List.of(32, 64, 128, 256), List.of(1, 1, 3, 1), 4),
            11.22,
            1.15),
        timm(
            "b3",
            affine(
                List.of(128, 512, 1024, 2048), List.of(32, 64, 128, 256), List.of(1, 1, 3, 1), 5),
            16.29,
            1.78),
        timm("b4", b4(), 19.80, 2.75),
        timm(
            "b5",
            large(32, 64, List.of(128, 512, 1024, 2048), List.of(64, 128, 256, 512), 1, 2, 5, 2),
            39.57,
            6.56),
        timm(
            "b6",
            large(48, 96, List.of(192, 512, 1024, 2048), List.of(96, 192, 384, 768), 2, 3, 6, 3),
            75.26,
            16.88));
  }

  private static Preset timm(String name, HgNetV2 model, double parameters, double macs) {
    return Preset.of(
        "hgnetv2_" + name,
        model.withClassifierWidth(CLASSIFIER),
        1000,
        224,
        "PaddleClas, timm; D-FINE's backbones",
        parameters,
        macs);
  }

  private static Preset deim(String name, HgNetV2 model) {
    return Preset.unverified("hgnetv2_" + name, model, 0, 320, "DEIMv2's backbones");
  }

  /** B0, or the first three stages of a similar model. */
  private static HgNetV2 small(List<Integer> widths, List<Integer> depths, List<Integer> kernels) {
    List<Integer> inner = List.of(16, 32, 64, 128).subList(0, widths.size());
    return of(new Stem(List.of(16, 16), STRIDES), stages(widths, inner, depths, 3, kernels), true);
  }

  private static HgNetV2 affine(
      List<Integer> widths, List<Integer> inner, List<Integer> depths, int layers) {
    Stages stages = stages(widths, inner, depths, layers, List.of(3, 3, 5, 5));
    return of(new Stem(List.of(24, 32), STRIDES), stages, true);
  }

  private static HgNetV2 large(
      int stemInner, int stem, List<Integer> widths, List<Integer> inner, Integer... depths) {
    Stages stages = stages(widths, inner, List.of(depths), 6, List.of(3, 3, 5, 5));
    return of(new Stem(List.of(stemInner, stem), STRIDES), stages, false);
  }

  private static HgNetV2 of(Stem stem, Stages stages, boolean affine) {
    return new HgNetV2(stem, stages, affine, 0);
  }

  private static Stages stages(
      List<Integer> widths,
      List<Integer> inner,
      List<Integer> depths,
      int layers,
      List<Integer> kernels) {
    int count = widths.size();
    return new Stages(
        widths,
        inner,
        depths,
        Collections.nCopies(count, layers),
        kernels,
        List.of(false, false, true, true).subList(0, count),
        List.of(0, 2, 2, 2).subList(0, count));
  }
}
