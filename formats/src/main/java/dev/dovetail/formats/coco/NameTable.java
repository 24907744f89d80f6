package dev.dovetail.formats.coco;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A cache of field names. A file has few different names, which are repeated often. */
final class NameTable {

  private final @Nullable String[] names = new String[64];

  /** Returns the hash of a name with one more character. */
  static int hash(int before, byte character) {
    return 31 * before + character;
  }

  /**
   * Returns the name in Latin-1 bytes.
   *
   * @param hash of its characters, starting with 0
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
