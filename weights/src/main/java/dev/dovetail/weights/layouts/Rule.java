package dev.dovetail.weights.layouts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One step from a checkpoint's names and shapes to a model's. A {@code pattern} is a regular
 * expression that matches a whole name; {@code $1} in a target represents the first group.
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

  /** Renames every matching tensor. */
  record Rename(Pattern pattern, String to) implements Rule {}

  /** Removes the prefix from every name that starts with it. */
  record StripPrefix(String prefix) implements Rule {}

  /** Removes matching tensors, with the reason for the report. */
  record Drop(Pattern pattern, String reason) implements Rule {}

  /**
   * Concatenates tensors along an axis, such as query, key and value.
   *
   * @param first the pattern of the first part
   * @param others the names of the other parts, in terms of the groups of {@code first}
   * @param to the name of the result, in terms of the same groups
   * @param axis the axis, from 0
   */
  record Concatenate(Pattern first, List<String> others, String to, int axis) implements Rule {
    /**
     * Copies the patterns.
     *
     * @param first the pattern of the first part
     * @param others the names of the other parts, in terms of the groups of {@code first}
     * @param axis the axis, from 0
     * @param to the name of the result, in terms of the same groups
     */
    public Concatenate {
      others = List.copyOf(others);
    }
  }

  /**
   * Splits matching tensors into equal parts along an axis, with one part per name in {@code to}.
   */
  record Split(Pattern pattern, List<String> to, int axis) implements Rule {
    /**
     * Copies the names.
     *
     * @param pattern the pattern of the names
     * @param to the names of the parts, in which {@code $1} represents the first group
     * @param axis the axis to split
     */
    public Split {
      to = List.copyOf(to);
    }
  }

  /**
   * Permutes the axes of matching tensors; {@code [1, 0]} transposes a matrix.
   *
   * @param axes for each axis of the result, the original axis
   */
  record Permute(Pattern pattern, List<Integer> axes) implements Rule {
    /**
     * Copies the axes.
     *
     * @param pattern the pattern of the names
     * @param axes for each axis of the result, the original axis
     */
    public Permute {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Flattens adjacent axes of matching tensors, such as heads and the channels of a head.
   *
   * @param from the first of them, from 0
   * @param to the last of them
   */
  record Flatten(Pattern pattern, int from, int to) implements Rule {}

  /**
   * Inserts an axis of extent 1 into matching tensors.
   *
   * @param axis its position in the result, from 0
   */
  record Unsqueeze(Pattern pattern, int axis) implements Rule {}

  /**
   * Deinterleaves entries along an axis. With four interleaved runs, {@code [0, 2, 1, 3]} results
   * in the entries 0, 4, 8, …, followed by 2, 6, 10, …
   *
   * @param axis the axis, from 0
   * @param order for each run of the result, its first entry
   */
  record Deinterleave(Pattern pattern, int axis, List<Integer> order) implements Rule {
    /**
     * Copies the order.
     *
     * @param pattern the pattern of the names
     * @param axis the axis, from 0
     * @param order for each run of the result, its first entry
     */
    public Deinterleave {
      order = List.copyOf(order);
    }
  }

  /**
   * Creates a constant tensor for every matching tensor, with the same shape, unless the checkpoint
   * contains it. An example is the layer scale of 1 that DeiT omits.
   */
  record Synthesise(Pattern pattern, String to, float value) implements Rule {}

  /**
   * Handles tensors that a model has under two names: renames every matching tensor, or removes it
   * with the reason if the checkpoint contains both.
   */
  record Twin(Pattern pattern, String of, String reason) implements Rule {}

  /**
   * Selects among tensors whose names differ only in a number: renames those with the largest
   * number and removes the others, with the reason.
   *
   * @param pattern the first group is the number
   */
  record Last(Pattern pattern, String to, String reason) implements Rule {}

  /**
   * Applies rules to the names with a prefix, which the rules do not see: those of a backbone in a
   * whole model.
   *
   * @param prefix including its last dot
   * @param rules in order of application
   */
  record Below(String prefix, List<Rule> rules) implements Rule {
    /**
     * Copies the rules.
     *
     * @param prefix including its last dot
     * @param rules in order of application
     */
    public Below {
      rules = List.copyOf(rules);
    }
  }
}
