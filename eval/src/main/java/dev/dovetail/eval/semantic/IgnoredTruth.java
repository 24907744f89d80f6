package dev.dovetail.eval.semantic;

import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Detects a ground truth whose ignored value seems to be meant as a class. A common case is a mask
 * with the values 0 and 255: 255 is ignored, so one class silently has no pixel.
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
   * Creates an object without pixels.
   *
   * @param lookup the class of every raw value of a label map
   */
  IgnoredTruth(int[] lookup, int classes) {
    this.lookup = lookup;
    this.classes = classes;
  }

  /** Adds pixels with one raw value in the ground truth and one predicted value. */
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
   * Returns a sentence if pixels are ignored and one of these conditions is true: all pixels are
   * ignored; one of two classes has no pixel; or at least half of the pixels are ignored and a
   * predicted class has no pixel.
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
            "%s in the ground truth, of which %.1f %% are ignored (%s %s); is %s meant to be a"
                + " class?",
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
