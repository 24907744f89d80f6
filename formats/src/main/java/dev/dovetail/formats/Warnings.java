package dev.dovetail.formats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what was odd, grouped by kind, with a count and the first example; thread-safe. */
public final class Warnings {

  private final Strictness strictness;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** One kind of oddity: how often it was met, and where first. */
  public record Entry(String kind, long count, String first) {

    /** One line for the user. */
    @Override
    public String toString() {
      return kind + ": " + count + " (first: " + first + ")";
    }
  }

  /**
   * No warnings yet.
   *
   * @param strictness whether what is odd is an error
   */
  public Warnings(Strictness strictness) {
    this.strictness = strictness;
  }

  /**
   * Counts one case.
   *
   * @param kind what is odd and what is done about it, the same words for all cases of the kind
   * @param example where it is, asked for only if it is shown
   * @throws FormatException under {@link Strictness#STRICT}
   */
  public synchronized void add(String kind, Supplier<String> example) throws FormatException {
    if (strictness == Strictness.STRICT) {
      throw new FormatException(example.get() + ": " + kind + " (refused by --strict)");
    }
    Entry known = entries.get(kind);
    entries.put(
        kind,
        known == null
            ? new Entry(kind, 1, example.get())
            : new Entry(kind, known.count() + 1, known.first()));
  }

  /**
   * {@return what is in this and not, just so, in another: read twice, a file is odd once}
   *
   * @param other what was met before
   */
  public List<Entry> entriesBeyond(Warnings other) {
    List<Entry> own = entries();
    own.removeAll(other.entries());
    return own;
  }

  /** {@return all kinds met so far, in the order of their first case} */
  public synchronized List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }
}
