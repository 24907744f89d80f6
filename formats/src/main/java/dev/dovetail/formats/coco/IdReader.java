package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Reads the ids of one kind of record in all places of a file. The reference tools accept both
 * strings and numbers, but they sort ids and do not find a string as a number. Therefore, ids must
 * be all numbers or all strings.
 */
public final class IdReader {

  private final String kind;
  private final ToLongFunction<String> numbering;
  private final Map<String, Long> texts = new LinkedHashMap<>();
  private final Map<Long, String> byNumber = new HashMap<>();
  private boolean numbers;
  private long number;

  /**
   * Creates a reader.
   *
   * @param kind the name of the ids in messages: {@code image}
   */
  public IdReader(String kind) {
    this.kind = kind;
    this.numbering = text -> texts.size();
  }

  private IdReader() {
    this.kind = "annotation";
    this.numbering = text -> isZero(text) ? 0 : texts.size() + 1;
  }

  /**
   * Creates a reader of annotation ids. The reference stores the id of a match as a number, and 0
   * means no match. Therefore, only the string "0" is 0 here.
   */
  static IdReader ofAnnotations() {
    return new IdReader();
  }

  private static boolean isZero(String text) {
    try {
      return Double.parseDouble(text) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * Reads an id: a number, or the number of a string in the order of appearance.
   *
   * @param in the file
   * @param field the name of the field
   * @return the number of the id
   * @throws IOException if the file cannot be read
   */
  public long read(JsonSource in, String field) throws IOException {
    if (in.kind() == JsonSource.Kind.TEXT) {
      String text = in.text(field);
      if (numbers) {
        throw mixed(in, field, "the string \"" + text + "\"", "numbers, such as " + number);
      }
      Long known = texts.get(text);
      if (known == null) {
        known = numbering.applyAsLong(text);
        texts.put(text, known);
        byNumber.put(known, text);
      }
      return known;
    }
    number = in.integer(field);
    if (!texts.isEmpty()) {
      String text = texts.keySet().iterator().next();
      throw mixed(in, field, "the number " + number, "strings, such as \"" + text + "\"");
    }
    numbers = true;
    return number;
  }

  private FormatException mixed(JsonSource in, String field, String id, String others) {
    return in.error(
        field,
        ("is " + id + ", but other " + kind + " ids of the file are " + others)
            + "; they must be all numbers or all strings");
  }

  /** {@return the ids so far, with strings by the numbers that {@link #read} returned} */
  public IdNames names() {
    return IdNames.of(texts);
  }

  /**
   * {@return an id in its form in the file, a Long or a String}
   *
   * @param id the number of an id
   */
  public Object key(long id) {
    String text = byNumber.get(id);
    return text == null ? (Object) id : text;
  }

  /** Returns the ids with strings renumbered in ascending order. */
  IdNames ascending() {
    return IdNames.ascending(texts.keySet());
  }
}
