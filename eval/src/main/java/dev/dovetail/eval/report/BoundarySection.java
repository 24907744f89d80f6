package dev.dovetail.eval.report;

import java.util.List;
import java.util.Map;

/** The section about errors of label maps at the boundaries between classes. */
public final class BoundarySection {

  private BoundarySection() {}

  /**
   * {@return the section}
   *
   * @param totals fractions by name; NaN for a missing value
   */
  public static Section of(Map<String, Double> totals) {
    Tiles tiles = new Tiles();
    totals.forEach((name, value) -> tiles.percent(name, value, 1));
    return new Section(
        "boundaries",
        "Boundaries",
        List.of(
            Section.paragraph(
                "Errors among pixels near a boundary between true classes, and among all others."
                    + " Near means within a hundredth of the image's diagonal, and at least two"
                    + " pixels. The pictures show errors near a boundary in orange and others in"
                    + " red."),
            tiles.element()));
  }
}
