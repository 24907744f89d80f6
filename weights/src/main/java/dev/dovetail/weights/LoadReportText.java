package dev.dovetail.weights;

import dev.dovetail.core.ParameterSpec;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.Shapes;
import dev.dovetail.weights.tensors.TensorSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Explains why a checkpoint does not fit a model, and suggests what to do. */
final class LoadReportText {

  private static final int SHOWN = 10;

  /** Names of head parameters in common toolkits. */
  private static final String HEADS =
      "(?:^|\\.)(?:\\w*heads?|fc|\\w*_cls|class_(?!token)\\w+|\\w*classifier|\\w*predictor)(?:\\.|$)";

  private static final Pattern HEAD = Pattern.compile(HEADS);

  private static final Pattern HEAD_OR_NECK = Pattern.compile(HEADS + "|(?:^|\\.)(?:neck|fpn)\\.");

  /** Longer names are not plausible and are not compared. */
  private static final int MAX_NAME = 500;

  private final LoadReport report;

  LoadReportText(LoadReport report) {
    this.report = report;
  }

  /** Describes the comparison, including ignored tensors. */
  String description() {
    List<String> lines = differences(report.source() + ": ");
    Map<String, Integer> reasons = new TreeMap<>();
    report.unused().values().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    reasons.forEach((reason, count) -> lines.add("  ignored: " + count + ", " + reason));
    return String.join(System.lineSeparator(), lines);
  }

  /** Explains why the checkpoint cannot be loaded, and what to do. */
  String refusal(boolean allowMissing) {
    List<String> lines = differences(report.source() + " does not fit the model: ");
    lines.add(advice(allowMissing));
    return String.join(System.lineSeparator(), lines);
  }

  private List<String> differences(String start) {
    List<String> lines = new ArrayList<>();
    lines.add(
        start
            + String.format(
                Locale.ROOT,
                "%d parameters match, %d are missing, %d have a different shape or kind, %d tensors are unexpected",
                report.matched().size(),
                report.missing().size(),
                report.mismatched().size(),
                report.unexpected().size()));
    section(lines, "missing", report.missing(), this::missing);
    section(lines, "a different shape or kind", report.mismatched(), LoadReportText::mismatch);
    section(lines, "unexpected", report.unexpected(), LoadReportText::found);
    return lines;
  }

  private static <T> void section(
      List<String> lines, String title, List<T> items, Function<T, String> text) {
    for (T item : items.subList(0, Math.min(SHOWN, items.size()))) {
      lines.add("  " + title + ": " + text.apply(item));
    }
    if (items.size() > SHOWN) {
      lines.add("  " + title + ": and " + (items.size() - SHOWN) + " more");
    }
  }

  private String missing(ParameterSpec spec) {
    String near =
        nearest(spec)
            .map(name -> "; did you mean " + CheckpointException.quote(name) + "?")
            .orElse("");
    return spec.name() + " " + Shapes.text(spec.shape()) + near;
  }

  private static String mismatch(LoadReport.Mismatch mismatch) {
    return String.format(
        Locale.ROOT,
        "%s is %s %s, expected %s %s",
        mismatch.wanted().name(),
        mismatch.found().type(),
        Shapes.text(mismatch.found().shape()),
        !mismatch.wanted().dtype().isFloat() ? "integer" : "floating point",
        Shapes.text(mismatch.wanted().shape()));
  }

  private static String found(TensorSource tensor) {
    return CheckpointException.quote(tensor.name()) + " " + Shapes.text(tensor.shape());
  }

  private String advice(boolean allowMissing) {
    Optional<String> prefix = commonPrefix();
    if (prefix.isPresent()) {
      return prefix.get();
    }
    if (headDiffers()) {
      return headAdvice(allowMissing);
    }
    if (!report.mismatched().isEmpty()) {
      return "The checkpoint is for a model of a different size; choose the config with which it was"
          + " trained.";
    }
    if (allowMissing) {
      return "No parameters match; the checkpoint is for a different model.";
    }
    return "Choose the config with which the checkpoint was trained, or load the matching"
        + " parameters with --allow-missing.";
  }

  /** Returns whether all differences are in heads, or in parts between them and the backbone. */
  private boolean headDiffers() {
    List<String> differing = new ArrayList<>();
    report.missing().forEach(spec -> differing.add(spec.name()));
    report.mismatched().forEach(mismatch -> differing.add(mismatch.wanted().name()));
    report.unexpected().forEach(tensor -> differing.add(tensor.name()));
    return !report.matched().isEmpty()
        && differing.stream().anyMatch(name -> HEAD.matcher(name).find())
        && differing.stream().allMatch(name -> HEAD_OR_NECK.matcher(name).find());
  }

  private String headAdvice(boolean allowMissing) {
    String others = report.matched().size() + " other parameters match. ";
    if (report.mismatched().isEmpty()) {
      return (report.unexpected().isEmpty()
              ? "The checkpoint lacks the head; the "
              : "The head differs because the checkpoint was trained with another one; the ")
          + others
          + "Choose the config with which the checkpoint was trained, or load the other"
          + " parameters with --allow-missing.";
    }
    boolean classes =
        report.missing().isEmpty()
            && report.unexpected().isEmpty()
            && report.mismatched().stream().allMatch(LoadReportText::differsInOutputs);
    return "The head differs"
        + (classes ? ", most likely in the number of classes (head.classes); the " : "; the ")
        + others
        + "Choose the config with which the checkpoint was trained.";
  }

  /** Returns whether only the first extent differs: the outputs of a layer, such as classes. */
  private static boolean differsInOutputs(LoadReport.Mismatch mismatch) {
    List<Long> expected = mismatch.wanted().shape();
    List<Long> found = mismatch.found().shape();
    return !expected.isEmpty()
        && expected.size() == found.size()
        && expected.subList(1, expected.size()).equals(found.subList(1, found.size()));
  }

  /** Returns a hint if most missing names exist with or without a common prefix. */
  private Optional<String> commonPrefix() {
    Map<String, Integer> votes = new HashMap<>();
    Map<String, Integer> suffixes = new HashMap<>();
    for (TensorSource tensor : report.unexpected()) {
      suffixes.put(tensor.name(), 1);
    }
    for (ParameterSpec spec : report.missing()) {
      for (int dot = spec.name().indexOf('.'); dot >= 0; dot = spec.name().indexOf('.', dot + 1)) {
        if (suffixes.containsKey(spec.name().substring(dot + 1))) {
          votes.merge("lack the prefix '" + spec.name().substring(0, dot + 1), 1, Integer::sum);
        }
      }
    }
    Map<String, ParameterSpec> missing = new HashMap<>();
    report.missing().forEach(w -> missing.put(w.name(), w));
    for (TensorSource tensor : report.unexpected()) {
      String name = tensor.name();
      if (name.length() > MAX_NAME) {
        continue;
      }
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        if (missing.containsKey(name.substring(dot + 1))) {
          votes.merge("have the extra prefix '" + name.substring(0, dot + 1), 1, Integer::sum);
        }
      }
    }
    return votes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(best -> best.getValue() * 2 > report.missing().size())
        .map(
            best ->
                String.format(
                    Locale.ROOT,
                    "%d names of the checkpoint %s'; it is of a part of the model or of a"
                        + " larger model.",
                    best.getValue(),
                    best.getKey()));
  }

  /**
   * Returns the unexpected tensor with the expected shape and the most similar name, if it is
   * similar enough.
   */
  private Optional<String> nearest(ParameterSpec spec) {
    return report.unexpected().stream()
        .filter(tensor -> tensor.shape().equals(spec.shape()))
        .map(TensorSource::name)
        .filter(name -> distance(name, spec.name()) <= 1 + spec.name().length() / 3)
        .min(Comparator.comparingInt(name -> distance(name, spec.name())));
  }

  /** Returns the number of inserted, deleted or replaced characters (Levenshtein). */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > b.length() / 2) {
      return Integer.MAX_VALUE;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
