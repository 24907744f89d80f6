package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Divides parameters into groups with the same settings. */
public interface ParameterGroups {

  /**
   * {@return the groups of all weights, in the order of their first parameters}
   *
   * @param parameters the parameters of a network
   */
  List<ParameterGroup> of(Parameters parameters);

  /**
   * Puts all weights into one group.
   *
   * @param weightDecay the weight decay
   * @return the rule
   */
  static ParameterGroups one(double weightDecay) {
    return parameters -> List.of(new ParameterGroup("all", 1, weightDecay, parameters.weights()));
  }

  /**
   * Disables weight decay for names that contain one of the words (mmcv's {@code custom_keys} with
   * {@code decay_mult=0}).
   *
   * @param weightDecay the weight decay of other parameters
   * @param undecayed substrings of names, such as {@code norm}
   * @return the rule
   */
  static ParameterGroups exempt(double weightDecay, List<String> undecayed) {
    return parameters ->
        grouped(
            parameters,
            name ->
                undecayed.stream().anyMatch(name::contains)
                    ? new ParameterGroup("no_decay", 1, 0, List.of())
                    : new ParameterGroup("decay", 1, weightDecay, List.of()));
  }

  /**
   * Builds groups from a prototype for each weight. Prototypes with the same name are one group.
   */
  static List<ParameterGroup> grouped(
      Parameters parameters, Function<String, ParameterGroup> prototype) {
    Map<String, ParameterGroup> first = new LinkedHashMap<>();
    Map<String, List<String>> members = new LinkedHashMap<>();
    for (String name : parameters.weights()) {
      ParameterGroup group = prototype.apply(name);
      first.putIfAbsent(group.name(), group);
      members.computeIfAbsent(group.name(), g -> new ArrayList<>()).add(name);
    }
    return first.values().stream()
        .map(g -> new ParameterGroup(g.name(), g.scale(), g.weightDecay(), members.get(g.name())))
        .toList();
  }
}
