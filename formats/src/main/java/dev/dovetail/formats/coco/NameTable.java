package dev.dovetail.formats.coco;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The few names of fields in a file, which come again and again: each is made once. */
final class NameTable {

  private final @Nullable String[] names = new String[64];

  /** The hash of a name that has one more character. */
  static int hash(int before, byte character) {
    return 31 * before + character;
  }

  /**
   * The name that stands in bytes of Latin-1.
   *
   * @param hash of its characters, from 0 on
   */
  String name(byte[] b, int from, int to, int hash) {
    int slot = (hash ^ hash >>> 7) & names.length - 1;
    String known = names[slot];
    if (known == null || !equal(known, b, from, to)) {
      known = new String(b, from, to - from, StandardCharsets.ISO_8859_1);
      names[slot] = known;
    }
    return known;
  }

  private static boolean equal(String name, byte[] b, int from, int to) {
    int n = to - from;
    if (name.length() != n) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (name.charAt(i) != b[from + i]) {
        return false;
      }
    }
    return true;
  }
}
