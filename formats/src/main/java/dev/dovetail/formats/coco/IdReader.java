package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Reads the ids of one kind of record, wherever they stand in a file. The reference tools take
 * texts as well as numbers, but sort them and look one up as the other in vain; so they must be all
 * numbers or all texts.
 */
public final class IdReader {

  private final String kind;
  private final ToLongFunction<String> numbering;
  private final Map<String, Long> texts = new LinkedHashMap<>();
  private final Map<Long, String> byNumber = new HashMap<>();
  private boolean numbers;
  private long number;

  /**
   * Reads no id yet.
   *
   * @param kind what messages call the ids: {@code image}
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
   * Reads ids of annotations. The reference makes a number of the id of a match and takes 0 for
   * none, so that the text "0" is 0 here, and no other text is.
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
   * Takes an id: a number, or the number of a text, in the order of appearance.
   *
   * @param in the file
   * @param field the name of the field
   * @return the number that stands for the id
   * @throws IOException if the file cannot be read
   */
  public long read(JsonSource in, String field) throws IOException {
    if (in.kind() == JsonSource.Kind.TEXT) {
      String text = in.text(field);
      if (numbers) {
        throw mixed(in, field, "the text \"" + text + "\"", "numbers, such as " + number);
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
      throw mixed(in, field, "the number " + number, "texts, such as \"" + text + "\"");
    }
    numbers = true;
    return number;
  }

  private FormatException mixed(JsonSource in, String field, String id, String others) {
    return in.error(
        field,
        ("is " + id + ", but other " + kind + " ids of the file are " + others)
            + "; they must be all numbers or all texts");
  }

  /** {@return what was read, texts by the numbers that {@link #read} gave} */
  public IdNames names() {
    return IdNames.of(texts);
  }

  /**
   * {@return an id that was read as it stands in the file, a Long or a String}
   *
   * @param id a number that stands for an id
   */
  public Object key(long id) {
    String text = byNumber.get(id);
    return text == null ? (Object) id : text;
  }

  /** The same with the texts numbered anew, ascending. */
  IdNames ascending() {
    return IdNames.ascending(texts.keySet());
  }
}
