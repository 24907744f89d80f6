package dev.dovetail.eval.semantic;

import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks for a ground truth that ignores what is meant as a class. Masks drawn as 0 and 255 are the
 * usual case: 255 is ignored, so that one class has no pixel and nothing says so.
 */
final class IgnoredTruth {

  private static final int SHOWN = 5;

  private final int[] lookup;
  private final int classes;
  private final TreeSet<Integer> labelled = new TreeSet<>();
  private final TreeSet<Integer> predicted = new TreeSet<>();
  private final TreeSet<Integer> ignoredValues = new TreeSet<>();
  private long ignored;
  private long pixels;

  /**
   * Looks at nothing yet.
   *
   * @param lookup the class of every raw value of a label map
   */
  IgnoredTruth(int[] lookup, int classes) {
    this.lookup = lookup;
    this.classes = classes;
  }

  /** Takes pixels of one raw value of the ground truth and one predicted value. */
  void add(int label, int prediction, long count) {
    if (count == 0) {
      return;
    }
    pixels += count;
    if (lookup[label] == LabelMapping.IGNORED) {
      ignored += count;
      ignoredValues.add(label);
    } else if (lookup[label] < classes) {
      labelled.add(lookup[label]);
    }
    if (prediction < classes) {
      predicted.add(prediction);
    }
  }

  /**
   * One sentence, where pixels are ignored and all are, or of two classes one has none, or half of
   * them are and a class is predicted that has none.
   */
  Optional<String> complaint() {
    TreeSet<Integer> missing = new TreeSet<>(predicted);
    missing.removeAll(labelled);
    boolean oneOfTwo = classes == 2 && labelled.size() < 2;
    boolean half = 2 * ignored >= pixels && !missing.isEmpty();
    if (ignored == 0 || !(labelled.isEmpty() || oneOfTwo || half)) {
      return Optional.empty();
    }
    if (oneOfTwo) {
      missing.add(0);
      missing.add(1);
      missing.removeAll(labelled);
    }
    String who =
        labelled.isEmpty()
            ? "no class has a pixel"
            : missing.size() == 1
                ? "class " + missing.first() + " has no pixel"
                : "the classes " + shown(missing) + " have no pixel";
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s in the ground truth, of which %.1f %% are ignored (%s %s); is a class meant by %s?",
            who,
            100.0 * ignored / pixels,
            ignoredValues.size() == 1 ? "the value" : "the values",
            shown(ignoredValues),
            ignoredValues.size() == 1 ? "it" : "one of them"));
  }

  private static String shown(TreeSet<Integer> values) {
    String shown =
        values.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
    return values.size() > SHOWN ? shown + ", …" : shown;
  }
}
