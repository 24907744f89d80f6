package dev.dovetail.weights.layouts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One step from a checkpoint's names and shapes to a model's. A {@code pattern} is a regular
 * expression for a whole name; {@code $1} in a target stands for what its first group matched.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Rule.Rename.class, name = "rename"),
  @JsonSubTypes.Type(value = Rule.StripPrefix.class, name = "strip-prefix"),
  @JsonSubTypes.Type(value = Rule.Drop.class, name = "drop"),
  @JsonSubTypes.Type(value = Rule.Concatenate.class, name = "concatenate"),
  @JsonSubTypes.Type(value = Rule.Split.class, name = "split"),
  @JsonSubTypes.Type(value = Rule.Permute.class, name = "permute"),
  @JsonSubTypes.Type(value = Rule.Flatten.class, name = "flatten"),
  @JsonSubTypes.Type(value = Rule.Unsqueeze.class, name = "unsqueeze"),
  @JsonSubTypes.Type(value = Rule.Deinterleave.class, name = "deinterleave"),
  @JsonSubTypes.Type(value = Rule.Synthesise.class, name = "synthesise"),
  @JsonSubTypes.Type(value = Rule.Twin.class, name = "twin"),
  @JsonSubTypes.Type(value = Rule.Last.class, name = "last"),
  @JsonSubTypes.Type(value = Rule.Below.class, name = "below")
})
public sealed interface Rule {

  /** Gives every matching tensor another name. */
  record Rename(Pattern pattern, String to) implements Rule {}

  /** Takes the prefix off every name that starts with it. */
  record StripPrefix(String prefix) implements Rule {}

  /** Leaves matching tensors out, with the reason for the report. */
  record Drop(Pattern pattern, String reason) implements Rule {}

  /**
   * Joins tensors along an axis, such as query, key and value.
   *
   * @param first the pattern of the first part
   * @param others the names of the other parts, in terms of the groups of {@code first}
   * @param to the name of the result, likewise
   * @param axis counted from 0
   */
  record Concatenate(Pattern first, List<String> others, String to, int axis) implements Rule {
    /**
     * Copies the patterns.
     *
     * @param first the pattern of the first part
     * @param others the names of the other parts, in terms of the groups of {@code first}
     * @param axis counted from 0
     * @param to the name of the result, likewise
     */
    public Concatenate {
      others = List.copyOf(others);
    }
  }

  /** Cuts matching tensors into equal parts along an axis, one for each name in {@code to}. */
  record Split(Pattern pattern, List<String> to, int axis) implements Rule {
    /**
     * Copies the names.
     *
     * @param pattern which names
     * @param to the names of the parts, in which {@code $1} stands for the first group
     * @param axis along which to cut
     */
    public Split {
      to = List.copyOf(to);
    }
  }

  /**
   * Puts the axes of matching tensors into another order; {@code [1, 0]} transposes a matrix.
   *
   * @param axes for each axis of the result, the axis it was
   */
  record Permute(Pattern pattern, List<Integer> axes) implements Rule {
    /**
     * Copies the axes.
     *
     * @param pattern which names
     * @param axes for each axis of the result, the axis it was
     */
    public Permute {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Makes neighbouring axes of matching tensors one, such as heads and the channels of a head.
   *
   * @param from the first of them, counted from 0
   * @param to the last of them
   */
  record Flatten(Pattern pattern, int from, int to) implements Rule {}

  /**
   * Gives matching tensors another axis, of one entry.
   *
   * @param axis which one it becomes, counted from 0
   */
  record Unsqueeze(Pattern pattern, int axis) implements Rule {}

  /**
   * Puts side by side what takes turns along an axis: of four that take turns, {@code [0, 2, 1, 3]}
   * has entries 0, 4, 8, … first, then 2, 6, 10, …
   *
   * @param axis counted from 0
   * @param order for each run of the result, where it starts
   */
  record Deinterleave(Pattern pattern, int axis, List<Integer> order) implements Rule {
    /**
     * Copies the order.
     *
     * @param pattern which names
     * @param axis counted from 0
     * @param order for each run of the result, where it starts
     */
    public Deinterleave {
      order = List.copyOf(order);
    }
  }

  /**
   * For every matching tensor makes another of the same shape, full of one value, unless the
   * checkpoint has it: the layer scale of 1 that DeiT does without.
   */
  record Synthesise(Pattern pattern, String to, float value) implements Rule {}

  /**
   * For tensors that a model has under two names: gives every matching tensor the other name, or
   * leaves it out, with the reason, where the checkpoint has that too.
   */
  record Twin(Pattern pattern, String of, String reason) implements Rule {}

  /**
   * Of tensors that differ in a number, keeps those with the largest under another name and leaves
   * out the others, with the reason.
   *
   * @param pattern whose first group is the number
   */
  record Last(Pattern pattern, String to, String reason) implements Rule {}

  /**
   * Rules for the names that begin with a prefix, which these rules do not see: those of a backbone
   * inside a whole model.
   *
   * @param prefix with its last dot
   * @param rules in the order they are applied
   */
  record Below(String prefix, List<Rule> rules) implements Rule {
    /**
     * Copies the rules.
     *
     * @param prefix with its last dot
     * @param rules in the order they are applied
     */
    public Below {
      rules = List.copyOf(rules);
    }
  }
}
