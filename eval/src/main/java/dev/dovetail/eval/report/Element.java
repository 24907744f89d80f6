package dev.dovetail.eval.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An element of HTML or SVG under construction; whatever text it holds is escaped when written. */
final class Element {

  private static final Set<String> WITHOUT_END = Set.of("meta");

  /** What an element holds: another element, or text that is written in its own way. */
  private interface Content {
    void write(StringBuilder into);
  }

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Content> contents = new ArrayList<>();

  private Element(String name) {
    this.name = name;
  }

  /** A new element with this text. */
  static Element of(String name, String text) {
    return of(name).text(text);
  }

  /** A new element that holds these. */
  static Element of(String name, Element... children) {
    return new Element(name).add(children);
  }

  Element with(String attribute, String value) {
    attributes.put(attribute, value);
    return this;
  }

  /** A coordinate or size, to the hundredth. */
  Element with(String attribute, double value) {
    return with(attribute, number(value));
  }

  static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  Element add(Element... children) {
    return add(List.of(children));
  }

  Element add(List<Element> children) {
    for (Element child : children) {
      contents.add(child::write);
    }
    return this;
  }

  Element text(String text) {
    contents.add(into -> escape(text, into));
    return this;
  }

  /** Style or script of the page's own, which HTML does not unescape. */
  Element verbatim(String text) {
    contents.add(into -> into.append(text));
    return this;
  }

  void write(StringBuilder into) {
    into.append('<').append(name);
    attributes.forEach(
        (attribute, value) -> {
          into.append(' ').append(attribute).append("=\"");
          escape(value, into);
          into.append('"');
        });
    into.append('>');
    if (!WITHOUT_END.contains(name)) {
      contents.forEach(content -> content.write(into));
      into.append("</").append(name).append('>');
    }
  }

  private static void escape(String text, StringBuilder into) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> into.append("&lt;");
        case '>' -> into.append("&gt;");
        case '&' -> into.append("&amp;");
        case '"' -> into.append("&quot;");
        // A control character or half a surrogate pair would make the page unreadable to some.
        default -> into.append(isPrintable(text, i) ? c : '\uFFFD');
      }
    }
  }

  private static boolean isPrintable(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    return !Character.isISOControl(c) || c == '\n';
  }
}
