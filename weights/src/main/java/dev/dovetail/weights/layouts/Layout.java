package dev.dovetail.weights.layouts;

import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts the names and shapes of a family of checkpoints to those of a model, by rules that are
 * applied in order. No elements are read; computations are deferred until a tensor is streamed.
 *
 * <p>In JSON: {@code {"description": "…", "rules": [{"rule": "rename", "pattern":
 * "(.*)\\.ls1\\.gamma", "to": "$1.gamma1"}, …]}}; the kinds of rules are those of {@link Rule}.
 *
 * @param description its purpose
 * @param rules in order of application
 */
public record Layout(String description, List<Rule> rules) {

  /** The layout without rules: the checkpoint has the model's names. */
  public static final Layout SAME = new Layout("the model's own names", List.of());

  /**
   * Copies the rules.
   *
   * @param description its purpose
   * @param rules in order of application
   */
  public Layout {
    rules = List.copyOf(rules);
  }

  /**
   * The result of applying the rules to a checkpoint.
   *
   * @param tensors the tensors by their new names
   * @param dropped the names of removed tensors, each with the reason
   */
  public record Applied(Map<String, TensorSource> tensors, Map<String, String> dropped) {}

  /**
   * {@return these rules followed by those of another layout, with the description of that layout}
   *
   * @param next the following rules
   */
  public Layout then(Layout next) {
    List<Rule> all = new ArrayList<>(rules);
    all.addAll(next.rules);
    return new Layout(next.description, all);
  }

  /**
   * {@return these rules for names with a prefix}
   *
   * @param prefix such as {@code backbone.}; if it is empty, the layout is unchanged
   */
  public Layout below(String prefix) {
    return prefix.isEmpty() || rules.isEmpty()
        ? this
        : new Layout(description, List.of(new Rule.Below(prefix, rules)));
  }

  /**
   * Applies the rules to tensors by name.
   *
   * @param tensors the checkpoint's tensors by name
   * @return the result
   * @throws IOException if a rule cannot be applied to a tensor that it matches; the message names
   *     both
   */
  public Applied apply(Map<String, ? extends TensorSource> tensors) throws IOException {
    LayoutStep step = new LayoutStep(new LinkedHashMap<>(tensors), new LinkedHashMap<>());
    for (Rule rule : rules) {
      step = step.after(rule);
    }
    return new Applied(step.tensors(), step.dropped());
  }
}
