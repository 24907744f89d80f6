package dev.dovetail.models.parity;

import dev.dovetail.backbones.efficientvit.EfficientVit;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runners of the light backbones: MobileViTv2, EfficientViT, EdgeViT, SegFormer. */
final class LightRunners {

  private LightRunners() {}

  /**
   * timm's models are told by the names of our presets.
   *
   * <p>The fixtures' intermediate maps come from timm's {@code features_only} models, whose keys
   * are named otherwise ({@code stages_0.…}), so that the weights stayed at their initial values:
   * EfficientViT's second map is not what the stored weights make of its first. They are compared
   * by shape; the logits, which every layer takes part in, by value.
   */
  static Map<String, FixtureTest> timm() {
    return Stream.of(MobileVitV2.presets(), EfficientVit.presets())
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                p -> "timm." + p.name(), p -> new TimmRunner(c -> p.backbone(), false)));
  }
}
