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
 * Values that are not what their field holds, and that not every use of the file needs: they are
 * taken as absent, and whoever needs one says what is wrong with it.
 */
public final class Unread {

  private record Place(String list, int record, String field) {}

  private final Map<Place, String> problems = new LinkedHashMap<>();
  private final Set<Place> empty = new HashSet<>();

  /**
   * Lets the body read a value.
   *
   * @param list of the record
   * @param absent what stands for a value that the body cannot read
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

  /** Says that a value holds nothing, so that nothing is lost with it. */
  void markEmpty(String list, int record, String field) {
    empty.add(new Place(list, record, field));
  }

  /**
   * {@return whether anything is lost: values of a field that hold something and could not be read}
   *
   * @param field the name of the field
   */
  public boolean anyLost(String field) {
    return problems.keySet().stream()
        .anyMatch(place -> place.field().equals(field) && !empty.contains(place));
  }

  /**
   * {@return what is wrong with a value: a sentence with file, record and field; empty for nothing}
   *
   * @param list the name of the list
   * @param record counted from 0
   * @param field the name of the field
   */
  public Optional<String> problem(String list, int record, String field) {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(problems.get(new Place(list, record, field)));
  }

  /** Counts the values, by their fields. */
  void warn(Warnings warnings) throws FormatException {
    for (Map.Entry<Place, String> problem : problems.entrySet()) {
      String field = problem.getKey().field();
      warnings.add(
          "values of " + field + " that cannot be read (taken as absent)", problem::getValue);
    }
  }
}
