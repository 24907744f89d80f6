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

/** Says in words why a checkpoint does not suit a model, and what may be meant. */
final class LoadReportText {

  private static final int SHOWN = 10;

  /** Names of parameters of a head, as the usual toolkits write them. */
  private static final String HEADS =
      "(?:^|\\.)(?:\\w*heads?|fc|\\w*_cls|class_(?!token)\\w+|\\w*classifier|\\w*predictor)(?:\\.|$)";

  private static final Pattern HEAD = Pattern.compile(HEADS);

  private static final Pattern HEAD_OR_NECK = Pattern.compile(HEADS + "|(?:^|\\.)(?:neck|fpn)\\.");

  /** Longer names are no model's and are not compared. */
  private static final int MAX_NAME = 500;

  private final LoadReport report;

  LoadReportText(LoadReport report) {
    this.report = report;
  }

  /** How everything matches, with what is knowingly left out. */
  String description() {
    List<String> lines = differences(report.source() + ": ");
    Map<String, Integer> reasons = new TreeMap<>();
    report.unused().values().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    reasons.forEach((reason, count) -> lines.add("  left out: " + count + ", " + reason));
    return String.join(System.lineSeparator(), lines);
  }

  /** Why the checkpoint cannot be loaded, and what to do. */
  String refusal(boolean allowMissing) {
    List<String> lines = differences(report.source() + " does not suit the model: ");
    lines.add(advice(allowMissing));
    return String.join(System.lineSeparator(), lines);
  }

  private List<String> differences(String start) {
    List<String> lines = new ArrayList<>();
    lines.add(
        start
            + String.format(
                Locale.ROOT,
                "%d parameters match, %d are missing, %d have another shape or kind, %d tensors are unexpected",
                report.matched().size(),
                report.missing().size(),
                report.mismatched().size(),
                report.unexpected().size()));
    section(lines, "missing", report.missing(), this::missing);
    section(lines, "another shape or kind", report.mismatched(), LoadReportText::mismatch);
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

  private String missing(ParameterSpec wanted) {
    String near =
        nearest(wanted)
            .map(name -> "; did you mean " + CheckpointException.quote(name) + "?")
            .orElse("");
    return wanted.name() + " " + Shapes.text(wanted.shape()) + near;
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
      return "The checkpoint is of a model of other sizes: choose the config it was trained with.";
    }
    if (allowMissing) {
      return "Not one parameter matches: the checkpoint is of another model.";
    }
    return "Choose the config that the checkpoint was trained with, or load what matches with --allow-missing.";
  }

  /** Whether all that differs belongs to heads, or to what joins them to the backbone. */
  private boolean headDiffers() {
    List<String> differing = new ArrayList<>();
    report.missing().forEach(wanted -> differing.add(wanted.name()));
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
              ? "The checkpoint lacks the head: the "
              : "The head differs: the checkpoint was trained with another one, and the ")
          + others
          + "Choose the config that the checkpoint was trained with, or load the others with"
          + " --allow-missing.";
    }
    boolean classes =
        report.missing().isEmpty()
            && report.unexpected().isEmpty()
            && report.mismatched().stream().allMatch(LoadReportText::differsInOutputs);
    return "The head differs"
        + (classes ? ", most likely in the number of classes (head.classes): the " : ": the ")
        + others
        + "Choose the config that the checkpoint was trained with.";
  }

  /** Whether the first extent alone is another one: what a layer gives, such as classes. */
  private static boolean differsInOutputs(LoadReport.Mismatch mismatch) {
    List<Long> wanted = mismatch.wanted().shape();
    List<Long> found = mismatch.found().shape();
    return !wanted.isEmpty()
        && wanted.size() == found.size()
        && wanted.subList(1, wanted.size()).equals(found.subList(1, found.size()));
  }

  /** If most missing names are there but for one prefix, says which. */
  private Optional<String> commonPrefix() {
    Map<String, Integer> votes = new HashMap<>();
    Map<String, Integer> suffixes = new HashMap<>();
    for (TensorSource tensor : report.unexpected()) {
      suffixes.put(tensor.name(), 1);
    }
    for (ParameterSpec wanted : report.missing()) {
      for (int dot = wanted.name().indexOf('.');
          dot >= 0;
          dot = wanted.name().indexOf('.', dot + 1)) {
        if (suffixes.containsKey(wanted.name().substring(dot + 1))) {
          votes.merge("lack the prefix '" + wanted.name().substring(0, dot + 1), 1, Integer::sum);
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
                    "%d names of the checkpoint %s': it is of a part of the model or of a larger one.",
                    best.getValue(),
                    best.getKey()));
  }

  /** The unexpected tensor of the wanted shape whose name differs least, if it differs little. */
  private Optional<String> nearest(ParameterSpec wanted) {
    return report.unexpected().stream()
        .filter(tensor -> tensor.shape().equals(wanted.shape()))
        .map(TensorSource::name)
        .filter(name -> distance(name, wanted.name()) <= 1 + wanted.name().length() / 3)
        .min(Comparator.comparingInt(name -> distance(name, wanted.name())));
  }

  /** How many characters must be inserted, deleted or replaced (Levenshtein). */
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
