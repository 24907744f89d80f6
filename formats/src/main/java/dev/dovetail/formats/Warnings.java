package dev.dovetail.formats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects anomalies by kind, with a count and the first example. Thread-safe. */
public final class Warnings {

  private final Strictness strictness;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** A kind of anomaly, its number of occurrences, and the first one. */
  public record Entry(String kind, long count, String first) {

    /** Returns one line for the user. */
    @Override
    public String toString() {
      return kind + ": " + count + " (first: " + first + ")";
    }
  }

  /**
   * Creates an empty collection.
   *
   * @param strictness whether anomalies are errors
   */
  public Warnings(Strictness strictness) {
    this.strictness = strictness;
  }

  /**
   * Counts an anomaly.
   *
   * @param kind a description and how it is handled, identical for all anomalies of the kind
   * @param example the location, evaluated only if it is shown
   * @throws FormatException under {@link Strictness#STRICT}
   */
  public synchronized void add(String kind, Supplier<String> example) throws FormatException {
    if (strictness == Strictness.STRICT) {
      throw new FormatException(example.get() + ": " + kind + " (rejected by --strict)");
    }
    Entry known = entries.get(kind);
    entries.put(
        kind,
        known == null
            ? new Entry(kind, 1, example.get())
            : new Entry(kind, known.count() + 1, known.first()));
  }

  /**
   * {@return the entries that another collection does not have} The anomalies of a file that is
   * read twice are thus reported once.
   *
   * @param other the earlier warnings
   */
  public List<Entry> entriesBeyond(Warnings other) {
    List<Entry> own = entries();
    own.removeAll(other.entries());
    return own;
  }

  /** {@return all kinds so far, in the order of their first occurrence} */
  public synchronized List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }
}
