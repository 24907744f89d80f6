package dev.dovetail.weights;

import dev.dovetail.weights.tensors.StoredTensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names without the prefixes that training wrappers add, independent of the model.
 *
 * @param tensors the tensors by shorter name
 * @param dropped the removed prefixes, without duplicates
 * @param leftOut tensors that belong to the wrappers, each with the reason
 */
record Wrappers(
    Map<String, StoredTensor> tensors, Set<String> dropped, Map<String, String> leftOut) {

  /**
   * Names that {@code torch.compile}, FSDP, activation checkpointing and Lightning Fabric give to
   * the wrapped module. They are reserved and may occur anywhere in a name.
   */
  private static final Set<String> RESERVED =
      Set.of("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module");

  /** The prefix of all names that {@code DistributedDataParallel} and averaged models add. */
  private static final String MODULE = "module.";

  /**
   * Tensors that PyTorch's {@code AveragedModel} and mmengine's averages store in addition to the
   * module.
   */
  private static final Set<String> COUNTERS = Set.of("n_averaged", "steps");

  /** mmcv's {@code EMAHook} also stores {@code a.b} as {@code ema_a_b}. */
  static final String AVERAGE = "ema_";

  /**
   * Removes the prefixes.
   *
   * @param averages whether to use the averages of mmcv's {@code EMAHook}, if it stored some
   */
  static Wrappers of(Map<String, StoredTensor> tensors, boolean averages) {
    Wrappers names = new Wrappers(tensors, Set.of(), Map.of());
    return names.withoutReserved().withoutModule().withoutTwins(averages);
  }

  private Wrappers withoutReserved() {
    Set<String> found = new LinkedHashSet<>();
    Map<String, StoredTensor> shorter = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors.values()) {
      List<String> parts = List.of(tensor.name().split("\\.", -1));
      parts.stream().filter(RESERVED::contains).forEach(part -> found.add(part + "."));
      String name =
          parts.stream().filter(part -> !RESERVED.contains(part)).collect(Collectors.joining("."));
      shorter.put(name, tensor.named(name));
    }
    boolean distinct = shorter.size() == tensors.size();
    return found.isEmpty() || !distinct ? this : with(shorter, found);
  }

  private Wrappers withoutModule() {
    Map<String, StoredTensor> wrapped = new LinkedHashMap<>(tensors);
    Map<String, String> counters = new LinkedHashMap<>(leftOut);
    for (String counter : COUNTERS) {
      StoredTensor number = wrapped.get(counter);
      if (number != null && number.elements() == 1) {
        wrapped.remove(counter);
        counters.put(counter, "counts the steps of an average");
      }
    }
    if (wrapped.isEmpty() || !wrapped.keySet().stream().allMatch(n -> n.startsWith(MODULE))) {
      return this;
    }
    Map<String, StoredTensor> shorter = new LinkedHashMap<>();
    for (StoredTensor tensor : wrapped.values()) {
      String name = tensor.name().substring(MODULE.length());
      shorter.put(name, tensor.named(name));
    }
    return new Wrappers(shorter, dropped, counters).with(shorter, Set.of(MODULE)).withoutModule();
  }

  private Wrappers withoutTwins(boolean averages) {
    Map<String, StoredTensor> own = new LinkedHashMap<>(tensors);
    Map<String, String> others = new LinkedHashMap<>(leftOut);
    for (String name : tensors.keySet()) {
      String averageName = AVERAGE + name.replace('.', '_');
      StoredTensor average = own.remove(averageName);
      if (average == null) {
        continue;
      }
      if (averages) {
        own.put(name, average.named(name));
      } else {
        others.put(averageName, "an average by mmcv's EMAHook, which testing does not use");
      }
    }
    return new Wrappers(own, dropped, others);
  }

  private Wrappers with(Map<String, StoredTensor> shorter, Set<String> removed) {
    Set<String> all = new LinkedHashSet<>(dropped);
    all.addAll(removed);
    return new Wrappers(shorter, all, leftOut);
  }
}
