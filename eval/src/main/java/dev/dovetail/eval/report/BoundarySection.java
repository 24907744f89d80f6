package dev.dovetail.eval.report;

import java.util.List;
import java.util.Map;

/** Errors of label maps at the boundaries of classes. */
public final class BoundarySection {

  private BoundarySection() {}

  /**
   * {@return the section}
   *
   * @param totals fractions by what they are of; NaN for none
   */
  public static Section of(Map<String, Double> totals) {
    Tiles tiles = new Tiles();
    totals.forEach((name, value) -> tiles.percent(name, value, 1));
    return new Section(
        "boundaries",
        "Boundaries",
        List.of(
            Section.paragraph(
                "Pixels within a hundredth of the image's diagonal, two pixels at least, of a"
                    + " boundary between true classes, and all others. The pictures show errors"
                    + " there in orange, others in red."),
            tiles.element()));
  }
}
