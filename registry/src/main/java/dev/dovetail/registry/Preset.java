package dev.dovetail.registry;

import dev.dovetail.graph.Cost;
import java.util.Optional;

/**
 * A published variant of a backbone or of a whole network by its usual name.
 *
 * @param name as in timm where timm has it, such as {@code swin_tiny_patch4_window7_224}
 * @param model its hyper-parameters: a variant of a {@link Part} of the kind backbone or network
 * @param classes of its classification head, 0 if it has none
 * @param size height and width in pixels that the published figures are for
 * @param source where the variant and its weights were published
 * @param published the publisher's figures, if there are any to compare with
 */
public record Preset(
    String name,
    Record model,
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
  public record Published(double parameters, double macs) {

    /** The figures are given to two places. */
    private static final double ROUNDED = 0.0051;

    private static final double PARAMETERS_WITHIN = 0.001;
    private static final double MACS_WITHIN = 0.02;

    /**
     * {@return whether a count agrees: parameters within 0.1 %, multiply-accumulates, norms
     * included as timm's tables have them, within 2 %}
     *
     * @param counted what this toolkit counts
     */
    public boolean agrees(Cost counted) {
      return near(counted.parameters() / 1e6, parameters, PARAMETERS_WITHIN)
          && near(counted.macsWithNorms() / 1e9, macs, MACS_WITHIN);
    }

    private static boolean near(double counted, double published, double share) {
      return Math.abs(counted - published) <= share * published + ROUNDED;
    }
  }

  /**
   * {@return a variant with published figures}
   *
   * @param name the publisher's name
   * @param model its hyper-parameters
   * @param classes outputs of its linear layer; 0 for none
   * @param size height and width of the image that the figures are of
   * @param source where the figures are from
   * @param parameters in millions
   * @param macs in billions
   */
  public static Preset of(
      String name,
      Record model,
      int classes,
      int size,
      String source,
      double parameters,
      double macs) {
    return new Preset(
        name, model, classes, size, source, Optional.of(new Published(parameters, macs)));
  }

  /**
   * {@return a variant without figures to compare with}
   *
   * @param name the publisher's name
   * @param model its hyper-parameters
   * @param classes outputs of its linear layer; 0 for none
   * @param size height and width of the image
   * @param source where the variant is from
   */
  public static Preset unverified(String name, Record model, int classes, int size, String source) {
    return new Preset(name, model, classes, size, source, Optional.empty());
  }
}
