package dev.dovetail.weights.formats;

import java.nio.charset.StandardCharsets;

/** Decodes the escapes in strings of pickle protocol 0. */
final class PickleText {

  private PickleText() {}

  /**
   * Decodes {@code raw-unicode-escape}: four hexadecimal digits after a lower-case u, eight after
   * an upper-case U.
   */
  static String unescapeUnicode(String line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char kind = line.charAt(i) == '\\' && i + 1 < line.length() ? line.charAt(i + 1) : ' ';
      int digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
      int code = digits == 0 ? -1 : hex(line, i + 2, digits);
      if (Character.isValidCodePoint(code)) {
        text.appendCodePoint(code);
        i += 1 + digits;
      } else {
        text.append(line.charAt(i));
      }
    }
    return text.toString();
  }

  /** Decodes a Python 2 string literal. The resulting bytes are then decoded as UTF-8. */
  static String unescape(String line) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\' || i + 1 == line.length()) {
        bytes.append(c);
        continue;
      }
      char kind = line.charAt(++i);
      int code = kind == 'x' ? hex(line, i + 1, 2) : -1;
      if (code >= 0) {
        bytes.append((char) code);
        i += 2;
      } else {
        bytes.append(
            switch (kind) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              default -> kind;
            });
      }
    }
    return new String(
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Returns the number with this many hexadecimal digits; -1 if there are fewer. */
  private static int hex(String line, int start, int digits) {
    if (start + digits > line.length()) {
      return -1;
    }
    long value = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = Character.digit(line.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value > Character.MAX_CODE_POINT ? -1 : (int) value;
  }
}
