package dev.dovetail.weights.layouts;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.ConcatenatedTensor;
import dev.dovetail.weights.tensors.ConstantTensor;
import dev.dovetail.weights.tensors.Shapes;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tensors between two rules of a layout. */
record LayoutStep(Map<String, TensorSource> tensors, Map<String, String> dropped) {

  /** Returns the result of a rule for one tensor; empty if the rule does not match. */
  @FunctionalInterface
  private interface Change {
    List<TensorSource> of(Matcher name, TensorSource tensor) throws CheckpointException;
  }

  LayoutStep after(Rule rule) throws CheckpointException {
    if (rule instanceof Rule.Rename rename) {
      return each(
          rename.pattern(), rule, (name, t) -> List.of(t.named(target(rule, name, rename.to()))));
    }
    if (rule instanceof Rule.StripPrefix strip) {
      Pattern pattern = Pattern.compile(Pattern.quote(strip.prefix()) + "(.+)");
      return each(pattern, rule, (name, t) -> List.of(t.named(name.group(1))));
    }
    if (rule instanceof Rule.Drop drop) {
      return without(drop.pattern(), rule, drop.reason(), (name, t) -> List.of());
    }
    if (rule instanceof Rule.Concatenate concatenate) {
      return concatenated(concatenate);
    }
    if (rule instanceof Rule.Split split) {
      return each(split.pattern(), rule, (name, t) -> parts(split, name, t));
    }
    if (rule instanceof Rule.Permute permute) {
      return each(permute.pattern(), rule, (name, t) -> List.of(permuted(permute, t)));
    }
    if (rule instanceof Rule.Flatten flatten) {
      return each(flatten.pattern(), rule, (name, t) -> List.of(flattened(flatten, t)));
    }
    if (rule instanceof Rule.Unsqueeze more) {
      return each(more.pattern(), rule, (name, t) -> List.of(unsqueezed(more, t)));
    }
    if (rule instanceof Rule.Deinterleave turns) {
      return each(turns.pattern(), rule, (name, t) -> List.of(deinterleaved(turns, t)));
    }
    if (rule instanceof Rule.Below below) {
      return below(below);
    }
    if (rule instanceof Rule.Twin twin) {
      return without(
          twin.pattern(),
          rule,
          twin.reason(),
          (name, t) -> {
            String other = target(rule, name, twin.of());
            return tensors.containsKey(other) ? List.of() : List.of(t.named(other));
          });
    }
    if (rule instanceof Rule.Last last) {
      long largest = largest(last);
      return without(
          last.pattern(),
          rule,
          last.reason(),
          (name, t) ->
              number(last, name, t) < largest
                  ? List.of()
                  : List.of(t.named(target(rule, name, last.to()))));
    }
    Rule.Synthesise make = (Rule.Synthesise) rule;
    return each(
        make.pattern(),
        rule,
        (name, t) -> {
          String made = target(rule, name, make.to());
          return tensors.containsKey(made)
              ? List.of(t)
              : List.of(t, new ConstantTensor(made, t.shape(), make.value()));
        });
  }

  /** Applies a rule that removes tensors, with a reason. */
  private LayoutStep without(Pattern pattern, Rule rule, String reason, Change change)
      throws CheckpointException {
    Map<String, String> reasons = new LinkedHashMap<>(dropped);
    LayoutStep rest =
        each(
            pattern,
            rule,
            (name, t) -> {
              List<TensorSource> results = change.of(name, t);
              if (results.isEmpty()) {
                reasons.put(t.name(), reason);
              }
              return results;
            });
    return new LayoutStep(rest.tensors, reasons);
  }

  private long largest(Rule.Last rule) throws CheckpointException {
    long largest = 0;
    for (TensorSource tensor : tensors.values()) {
      Matcher name = rule.pattern().matcher(tensor.name());
      if (name.matches()) {
        largest = Math.max(largest, number(rule, name, tensor));
      }
    }
    return largest;
  }

  private static long number(Rule.Last rule, Matcher name, TensorSource tensor)
      throws CheckpointException {
    try {
      return Long.parseLong(name.group(1));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw problem(rule, tensor, "the first group of its pattern is not a number");
    }
  }

  /** Applies rules to the names without the prefix, which is added to the results. */
  private LayoutStep below(Rule.Below rule) throws CheckpointException {
    String prefix = rule.prefix();
    Map<String, TensorSource> others = new LinkedHashMap<>();
    LayoutStep inner = new LayoutStep(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (TensorSource tensor : tensors.values()) {
      String name = tensor.name();
      if (name.startsWith(prefix)) {
        TensorSource named = tensor.named(name.substring(prefix.length()));
        inner.tensors.put(named.name(), named);
      } else {
        others.put(name, tensor);
      }
    }
    for (Rule each : rule.rules()) {
      inner = inner.after(each);
    }
    Map<String, String> reasons = new LinkedHashMap<>(dropped);
    inner.dropped.forEach((name, reason) -> reasons.put(prefix + name, reason));
    inner.tensors.forEach((name, t) -> others.put(prefix + name, t.named(prefix + name)));
    return new LayoutStep(others, reasons);
  }

  /** Returns the name from a template, with the groups of a matched name. */
  private static String target(Rule rule, Matcher name, String template)
      throws CheckpointException {
    try {
      return name.replaceFirst(template);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "layout rule %s has a target that its pattern does not support: %s",
              rule,
              e.getMessage()));
    }
  }

  private LayoutStep each(Pattern pattern, Rule rule, Change change) throws CheckpointException {
    Map<String, TensorSource> changed = new LinkedHashMap<>();
    for (TensorSource tensor : tensors.values()) {
      Matcher name = pattern.matcher(tensor.name());
      for (TensorSource result : name.matches() ? change.of(name, tensor) : List.of(tensor)) {
        if (changed.putIfAbsent(result.name(), result) != null) {
          throw problem(rule, tensor, "two tensors would have the name " + result.name());
        }
      }
    }
    return new LayoutStep(changed, dropped);
  }

  private LayoutStep concatenated(Rule.Concatenate rule) throws CheckpointException {
    Map<String, TensorSource> joined = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (TensorSource first : tensors.values()) {
      Matcher name = rule.first().matcher(first.name());
      if (!name.matches()) {
        continue;
      }
      List<TensorSource> parts = new ArrayList<>(List.of(first));
      for (String other : rule.others()) {
        String otherName = target(rule, name, other);
        TensorSource part = tensors.get(otherName);
        if (part == null) {
          throw problem(rule, first, "there is no " + otherName + " to concatenate it with");
        }
        parts.add(part);
        used.add(otherName);
      }
      try {
        joined.put(
            first.name(),
            new ConcatenatedTensor(target(rule, name, rule.to()), parts, rule.axis()));
      } catch (IllegalArgumentException e) {
        throw problem(rule, first, e.getMessage());
      }
    }
    Pattern any = Pattern.compile(".*", Pattern.DOTALL);
    return each(
        any,
        rule,
        (name, t) ->
            used.contains(t.name()) ? List.of() : List.of(joined.getOrDefault(t.name(), t)));
  }

  private static List<TensorSource> parts(Rule.Split rule, Matcher name, TensorSource tensor)
      throws CheckpointException {
    StoredTensor stored = stored(rule, tensor);
    int axis = rule.axis();
    int count = rule.to().size();
    if (axis < 0 || axis >= stored.shape().size() || stored.shape().get(axis) % count != 0) {
      throw problem(
          rule,
          tensor,
          String.format(
              Locale.ROOT, "it cannot be split into %d equal parts along axis %d", count, axis));
    }
    long length = stored.shape().get(axis) / count;
    List<TensorSource> parts = new ArrayList<>();
    for (String to : rule.to()) {
      parts.add(stored.narrowed(axis, parts.size() * length, length).named(target(rule, name, to)));
    }
    return parts;
  }

  private static StoredTensor permuted(Rule.Permute rule, TensorSource tensor)
      throws CheckpointException {
    StoredTensor stored = stored(rule, tensor);
    int rank = stored.shape().size();
    if (rule.axes().size() != rank || !new HashSet<>(rule.axes()).equals(axes(rank))) {
      throw problem(rule, tensor, "its axes cannot be permuted to the order " + rule.axes());
    }
    return stored.permuted(rule.axes());
  }

  private static StoredTensor flattened(Rule.Flatten rule, TensorSource tensor)
      throws CheckpointException {
    int rank = tensor.shape().size();
    if (rule.from() < 0 || rule.to() < rule.from() || rule.to() >= rank) {
      throw problem(
          rule,
          tensor,
          String.format(Locale.ROOT, "it has no axes %d to %d", rule.from(), rule.to()));
    }
    return stored(rule, tensor)
        .flattened(rule.from(), rule.to())
        .orElseThrow(
            () -> problem(rule, tensor, "its elements are not contiguous along these axes"));
  }

  private static StoredTensor unsqueezed(Rule.Unsqueeze rule, TensorSource tensor)
      throws CheckpointException {
    if (rule.axis() < 0 || rule.axis() > tensor.shape().size()) {
      throw problem(
          rule, tensor, String.format(Locale.ROOT, "axis %d cannot be added to it", rule.axis()));
    }
    return stored(rule, tensor).unsqueezed(rule.axis());
  }

  private static TensorSource deinterleaved(Rule.Deinterleave rule, TensorSource tensor)
      throws CheckpointException {
    StoredTensor stored = stored(rule, tensor);
    int runs = rule.order().size();
    int axis = rule.axis();
    if (!new HashSet<>(rule.order()).equals(axes(runs))) {
      throw problem(rule, tensor, rule.order() + " is not an order of " + runs + " runs");
    }
    if (axis < 0 || axis >= stored.shape().size() || stored.shape().get(axis) % runs != 0) {
      throw problem(
          rule,
          tensor,
          String.format(
              Locale.ROOT, "axis %d cannot be deinterleaved into %d entries", axis, runs));
    }
    List<StoredTensor> parts =
        rule.order().stream().map(first -> stored.every(axis, first, runs)).toList();
    return new ConcatenatedTensor(tensor.name(), parts, axis);
  }

  private static Set<Integer> axes(int rank) {
    Set<Integer> axes = new HashSet<>();
    for (int axis = 0; axis < rank; axis++) {
      axes.add(axis);
    }
    return axes;
  }

  private static StoredTensor stored(Rule rule, TensorSource tensor) throws CheckpointException {
    if (tensor instanceof StoredTensor stored) {
      return stored;
    }
    throw problem(
        rule,
        tensor,
        "it was created by an earlier rule; split and permute first, concatenate afterwards");
  }

  private static CheckpointException problem(Rule rule, TensorSource tensor, String what) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "layout rule %s cannot be applied to tensor %s of shape %s: %s",
            rule,
            CheckpointException.quote(tensor.name()),
            Shapes.text(tensor.shape()),
            what));
  }
}
