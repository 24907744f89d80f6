package dev.dovetail.registry;

import dev.dovetail.graph.Cost;
import java.util.Optional;

/**
 * A published variant of a backbone or of a whole network.
 *
 * @param name the name in timm, if available, such as {@code swin_tiny_patch4_window7_224}
 * @param model its hyperparameters: a variant of a {@link Part} of the kind backbone or network
 * @param classes number of classes of its classification head; 0 if it has none
 * @param size height and width in pixels for the published figures
 * @param source where the variant and its weights were published
 * @param published the publisher's figures, if available
 */
public record Preset(
    String name,
    Record model,
    int classes,
    int size,
    String source,
    Optional<Published> published) {

  /**
   * Figures of the model with its classification head, as published.
   *
   * @param parameters in millions
   * @param macs in billions of multiply-accumulates at the preset's size
   */
  public record Published(double parameters, double macs) {

    /** Half a unit of the second decimal place, since the figures are rounded to two places. */
    private static final double ROUNDED = 0.0051;

    private static final double PARAMETERS_WITHIN = 0.001;
    private static final double MACS_WITHIN = 0.02;

    /**
     * {@return whether a count agrees with the published figures: parameters within 0.1 %,
     * multiply-accumulates within 2 %, where norms are included as in timm's tables}
     *
     * @param counted the count of this library
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
   * @param model its hyperparameters
   * @param classes number of outputs of its linear layer; 0 for none
   * @param size height and width of the image for the figures
   * @param source the source of the figures
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
   * {@return a variant without published figures}
   *
   * @param name the publisher's name
   * @param model its hyperparameters
   * @param classes number of outputs of its linear layer; 0 for none
   * @param size height and width of the image
   * @param source the source of the variant
   */
  public static Preset unverified(String name, Record model, int classes, int size, String source) {
    return new Preset(name, model, classes, size, source, Optional.empty());
  }
}
