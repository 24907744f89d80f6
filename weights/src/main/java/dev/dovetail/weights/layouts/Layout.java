package dev.dovetail.weights.layouts;

import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way from one family of checkpoints to a model's names and shapes: rules, applied in order.
 * Nothing is read; what has to be computed is computed when it is streamed.
 *
 * <p>As JSON: {@code {"description": "…", "rules": [{"rule": "rename", "pattern":
 * "(.*)\\.ls1\\.gamma", "to": "$1.gamma1"}, …]}}; the kinds are those of {@link Rule}.
 *
 * @param description what it is for
 * @param rules in the order they are applied
 */
public record Layout(String description, List<Rule> rules) {

  /** No rules: the checkpoint has the model's own names. */
  public static final Layout SAME = new Layout("the model's own names", List.of());

  /**
   * Copies the rules.
   *
   * @param description what it is for
   * @param rules in the order they are applied
   */
  public Layout {
    rules = List.copyOf(rules);
  }

  /**
   * What the rules made of a checkpoint.
   *
   * @param tensors by their new names
   * @param dropped the names left out and the reason of each
   */
  public record Applied(Map<String, TensorSource> tensors, Map<String, String> dropped) {}

  /**
   * {@return these rules and after them those of another layout, whose description it has}
   *
   * @param next the rules that come after
   */
  public Layout then(Layout next) {
    List<Rule> all = new ArrayList<>(rules);
    all.addAll(next.rules);
    return new Layout(next.description, all);
  }

  /**
   * {@return these rules for names below a prefix}
   *
   * @param prefix such as {@code backbone.}; if it is empty, the layout stays as it is
   */
  public Layout below(String prefix) {
    return prefix.isEmpty() || rules.isEmpty()
        ? this
        : new Layout(description, List.of(new Rule.Below(prefix, rules)));
  }

  /**
   * Applies the rules to tensors by name.
   *
   * @param tensors the checkpoint's, by name
   * @return what they became
   * @throws IOException if a rule does not suit a tensor that it matches; the message names both
   */
  public Applied apply(Map<String, ? extends TensorSource> tensors) throws IOException {
    LayoutStep step = new LayoutStep(new LinkedHashMap<>(tensors), new LinkedHashMap<>());
    for (Rule rule : rules) {
      step = step.after(rule);
    }
    return new Applied(step.tensors(), step.dropped());
  }
}
