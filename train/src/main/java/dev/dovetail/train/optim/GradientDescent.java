package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Libtorch;
import dev.dovetail.train.engine.Parameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The base class of optimizers that update each parameter based only on its own gradient. */
abstract class GradientDescent implements Optimizer {

  private final List<ParameterGroup> groups;
  private final List<String> slots;
  private final Map<String, Map<String, Tensor>> kept = new HashMap<>();

  /**
   * @param groups the parameter groups
   * @param slots the names of a parameter's state tensors, all of which exist after its first step
   */
  GradientDescent(List<ParameterGroup> groups, List<String> slots) {
    this.groups = List.copyOf(groups);
    this.slots = slots;
  }

  /**
   * Updates one parameter in place. Tensors that it creates are closed afterwards.
   *
   * @param kept the state of this parameter by slot, empty in its first step; the method adds
   *     tensors with {@link Libtorch#kept}
   * @param rate the learning rate
   * @param decay the weight decay
   */
  abstract void update(
      Map<String, Tensor> kept, Tensor value, Tensor gradient, double rate, double decay);

  @Override
  public final List<ParameterGroup> groups() {
    return groups;
  }

  @Override
  public final void step(Parameters parameters, double... rates) {
    try (NoGradGuard guard = new NoGradGuard()) {
      for (int i = 0; i < groups.size(); i++) {
        ParameterGroup group = groups.get(i);
        for (String name : group.parameters()) {
          try (PointerScope scope = new PointerScope()) {
            Optional<Tensor> gradient = parameters.gradient(name);
            if (gradient.isPresent()) {
              Tensor value = parameters.value(name);
              Map<String, Tensor> own = kept.computeIfAbsent(name, n -> new LinkedHashMap<>());
              update(own, value, gradient.get(), rates[i], group.weightDecay());
            }
          }
        }
      }
    }
  }

  /** Returns the state of a parameter; empty if it never had a gradient. */
  final Map<String, Tensor> kept(String parameter) {
    return kept.getOrDefault(parameter, Map.of());
  }

  @Override
  public final Map<String, Tensor> state() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    groups.stream()
        .flatMap(g -> g.parameters().stream())
        .forEach(name -> kept(name).forEach((slot, tensor) -> all.put(name + "." + slot, tensor)));
    return all;
  }

  @Override
  public final void restore(Map<String, Tensor> state) {
    Map<String, Map<String, Tensor>> restored = new LinkedHashMap<>();
    Set<String> members =
        groups.stream().flatMap(g -> g.parameters().stream()).collect(Collectors.toSet());
    state.forEach(
        (name, tensor) -> {
          int dot = Math.max(name.lastIndexOf('.'), 0);
          String parameter = name.substring(0, dot);
          String slot = name.substring(Math.min(dot + 1, name.length()));
          if (!members.contains(parameter) || !slots.contains(slot)) {
            throw new IllegalArgumentException(
                "the state has '"
                    + name
                    + "', but this optimizer keeps "
                    + (slots.isEmpty() ? "nothing" : String.join(", ", slots))
                    + " of "
                    + members.size()
                    + " parameters");
          }
          restored.computeIfAbsent(parameter, p -> new LinkedHashMap<>()).put(slot, tensor);
        });
    restored.forEach(
        (parameter, own) -> {
          for (String slot : slots) {
            if (!own.containsKey(slot)) {
              throw new IllegalArgumentException(
                  "the state has '" + parameter + "' without its '" + slot + "'");
            }
          }
        });
    close();
    state.values().forEach(Libtorch::kept);
    kept.putAll(restored);
  }

  @Override
  public final void close() {
    kept.values().forEach(own -> own.values().forEach(Tensor::close));
    kept.clear();
  }
}
