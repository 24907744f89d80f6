package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The ids of one kind of record in a file: numbers, or strings that the rest of the program
 * represents by numbers.
 */
public final class IdNames {

  /** Numeric ids. */
  public static final IdNames NUMBERS = new IdNames(Map.of());

  private final Map<String, Long> numbers;
  private final Map<Long, String> texts = new HashMap<>();

  private IdNames(Map<String, Long> numbers) {
    this.numbers = Map.copyOf(numbers);
    numbers.forEach((text, number) -> texts.put(number, text));
  }

  /** Creates ids from strings and their unique numbers. */
  static IdNames of(Map<String, Long> numbers) {
    return numbers.isEmpty() ? NUMBERS : new IdNames(numbers);
  }

  /**
   * {@return string ids numbered from 0 in ascending order, by code points as in Python}
   *
   * @param texts the ids
   */
  public static IdNames ascending(Collection<String> texts) {
    List<String> sorted =
        texts.stream()
            .sorted(Comparator.comparing(text -> text.codePoints().toArray(), Arrays::compare))
            .toList();
    Map<String, Long> numbers = new HashMap<>();
    sorted.forEach(text -> numbers.put(text, (long) numbers.size()));
    return of(numbers);
  }

  /** {@return whether the ids are strings} */
  public boolean areTexts() {
    return !numbers.isEmpty();
  }

  /**
   * {@return the id in the file}
   *
   * @param id the number of an id
   */
  public String text(long id) {
    return areTexts() ? texts.getOrDefault(id, "?") : Long.toString(id);
  }

  /**
   * Returns the number of an id in its form in the file.
   *
   * @param text the id in the file
   * @return the number; empty if the text is not an id
   */
  public OptionalLong find(String text) {
    if (areTexts()) {
      Long number = numbers.get(text);
      return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Describes the ids with an example: {@code numbers, such as 7}. */
  String kind(long example) {
    return areTexts()
        ? "strings, such as \"" + text(example) + "\""
        : "numbers, such as " + example;
  }

  /**
   * Writes an id in its form in the file.
   *
   * @param json the destination
   * @param id the number of an id
   * @throws IOException if it cannot be written
   */
  public void write(JsonGenerator json, long id) throws IOException {
    if (areTexts()) {
      json.writeString(text(id));
    } else {
      json.writeNumber(id);
    }
  }
}
