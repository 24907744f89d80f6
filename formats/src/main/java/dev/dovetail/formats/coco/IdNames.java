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
 * What the ids of one kind of record are in their file: numbers, which stand for themselves, or
 * texts, which the rest of the program knows by numbers.
 */
public final class IdNames {

  /** Ids that are numbers. */
  public static final IdNames NUMBERS = new IdNames(Map.of());

  private final Map<String, Long> numbers;
  private final Map<Long, String> texts = new HashMap<>();

  private IdNames(Map<String, Long> numbers) {
    this.numbers = Map.copyOf(numbers);
    numbers.forEach((text, number) -> texts.put(number, text));
  }

  /** Texts with a number each, of which none occurs twice. */
  static IdNames of(Map<String, Long> numbers) {
    return numbers.isEmpty() ? NUMBERS : new IdNames(numbers);
  }

  /**
   * {@return texts numbered from 0 in ascending order, by code points as Python sorts them}
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

  /** {@return whether the ids are texts} */
  public boolean areTexts() {
    return !numbers.isEmpty();
  }

  /**
   * {@return the id as it stands in the file}
   *
   * @param id a number that stands for an id
   */
  public String text(long id) {
    return areTexts() ? texts.getOrDefault(id, "?") : Long.toString(id);
  }

  /**
   * The number of an id that is written as in the file; empty for what can be none.
   *
   * @param text the id as it is written
   * @return the number
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

  /** What the ids are, with an example: {@code numbers, such as 7}. */
  String kind(long example) {
    return areTexts() ? "texts, such as \"" + text(example) + "\"" : "numbers, such as " + example;
  }

  /**
   * Writes an id as it stands in the file.
   *
   * @param json where to write it
   * @param id a number that stands for an id
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
