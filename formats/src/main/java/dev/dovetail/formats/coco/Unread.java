package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Invalid values that are not required by every use of a file. They are treated as missing. A use
 * that requires one reports the reason.
 */
public final class Unread {

  private record Place(String list, int record, String field) {}

  private final Map<Place, String> problems = new LinkedHashMap<>();
  private final Set<Place> empty = new HashSet<>();

  /**
   * Lets the body read a value.
   *
   * @param list of the record
   * @param absent the result if the body cannot read the value
   */
  <T> T orAbsent(
      JsonSource in, String list, int record, String field, T absent, JsonSource.Body<T> body)
      throws IOException {
    int value = in.mark();
    try {
      return body.read(in);
    } catch (FormatException e) {
      in.leave(value, e);
      problems.put(new Place(list, record, field), e.getMessage());
      return absent;
    }
  }

  /** Marks a value as empty, so that ignoring it loses no data. */
  void markEmpty(String list, int record, String field) {
    empty.add(new Place(list, record, field));
  }

  /**
   * {@return whether a value of a field was lost: it could not be read and is not empty}
   *
   * @param field the name of the field
   */
  public boolean anyLost(String field) {
    return problems.keySet().stream()
        .anyMatch(place -> place.field().equals(field) && !empty.contains(place));
  }

  /**
   * {@return the problem with a value: a sentence with file, record and field; empty for a valid
   * value}
   *
   * @param list the name of the list
   * @param record its index
   * @param field the name of the field
   */
  public Optional<String> problem(String list, int record, String field) {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(problems.get(new Place(list, record, field)));
  }

  /** Adds a warning for each value, by field. */
  void warn(Warnings warnings) throws FormatException {
    for (Map.Entry<Place, String> problem : problems.entrySet()) {
      String field = problem.getKey().field();
      warnings.add(
          "values of " + field + " that cannot be read (treated as missing)", problem::getValue);
    }
  }
}
