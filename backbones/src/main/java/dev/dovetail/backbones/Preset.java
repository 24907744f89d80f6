package dev.dovetail.backbones;

import java.util.Optional;

/**
 * A published variant of a backbone by its usual name.
 *
 * @param name as in timm where timm has it, such as {@code swin_tiny_patch4_window7_224}
 * @param backbone its hyper-parameters
 * @param classes of its classification head, 0 if it has none
 * @param size height and width in pixels that the published figures are for
 * @param source where the variant and its weights were published
 * @param published the publisher's figures, if there are any to compare with
 */
public record Preset(
    String name,
    Backbone backbone,
    int classes,
    int size,
    String source,
    Optional<Published> published) {

  /**
   * What the publisher says of the model with its classification head.
   *
   * @param parameters in millions
   * @param macs in billions of multiply-accumulates at the preset's size
   */
  public record Published(double parameters, double macs) {}

  /** A variant with published figures. */
  public static Preset of(
      String name,
      Backbone backbone,
      int classes,
      int size,
      String source,
      double parameters,
      double macs) {
    return new Preset(
        name, backbone, classes, size, source, Optional.of(new Published(parameters, macs)));
  }

  /** A variant without figures to compare with. */
  public static Preset unverified(
      String name, Backbone backbone, int classes, int size, String source) {
    return new Preset(name, backbone, classes, size, source, Optional.empty());
  }
}
