package dev.dovetail.eval.report;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** An SVG element. j2html does not define any. */
final class Svg extends ContainerTag<Svg> {

  private Svg(String name) {
    super(name);
  }

  static Svg of(String name, DomContent... children) {
    return new Svg(name).with(children);
  }

  /** A coordinate or size, rounded to hundredths. */
  Svg attr(String attribute, double value) {
    return attr(attribute, number(value));
  }

  static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
