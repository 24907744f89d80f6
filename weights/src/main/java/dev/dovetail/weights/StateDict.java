package dev.dovetail.weights;

import dev.dovetail.weights.Pickled.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dictionary of tensors within what a PyTorch file holds, and the rest.
 *
 * @param tensors by name, in file order
 * @param rest everything else: beside the dictionary, and what is no tensor in it
 */
record StateDict(Map<String, View> tensors, Map<Object, Object> rest) {

  /** Where training tools put it, the most particular first. */
  private static final List<String> USUAL_KEYS =
      List.of(
          "state_dict",
          "model_state_dict",
          "model",
          "module",
          "net",
          "network",
          "teacher",
          "student",
          "ema",
          "model_ema",
          "state_dict_ema");

  private static final int MAX_DEPTH = 2;

  /**
   * Finds it: under a usual key, else at the top, else under the only key with tensors below it.
   *
   * @throws CheckpointException if there is none, or more than one and no telling which
   */
  static StateDict find(Path file, Object root) throws CheckpointException {
    if (!(root instanceof Map<?, ?> top)) {
      throw new CheckpointException(
          file,
          "holds "
              + describe(root)
              + ", not a dictionary of tensors: save the model's state_dict() instead");
    }
    return find(file, top, 0);
  }

  private static StateDict find(Path file, Map<?, ?> map, int depth) throws CheckpointException {
    String key = null;
    for (String usual : USUAL_KEYS) {
      if (key == null && map.get(usual) instanceof Map<?, ?> inner && leads(inner, depth + 1)) {
        key = usual;
      }
    }
    if (key == null && map.values().stream().noneMatch(View.class::isInstance)) {
      key = onlyKey(file, map, depth);
    }
    if (key == null) {
      return split(map);
    }
    StateDict inner = find(file, (Map<?, ?>) map.get(key), depth + 1);
    Map<Object, Object> rest = new LinkedHashMap<>(map);
    rest.remove(key);
    if (!inner.rest().isEmpty()) {
      rest.put(key, inner.rest());
    }
    return new StateDict(inner.tensors(), rest);
  }

  /** Whether there are tensors in the map or under one of the usual keys in it. */
  private static boolean leads(Map<?, ?> map, int depth) {
    return map.values().stream().anyMatch(View.class::isInstance)
        || depth < MAX_DEPTH
            && USUAL_KEYS.stream()
                .anyMatch(key -> map.get(key) instanceof Map<?, ?> m && leads(m, depth + 1));
  }

  private static String onlyKey(Path file, Map<?, ?> map, int depth) throws CheckpointException {
    List<String> keys = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getKey() instanceof String key
          && entry.getValue() instanceof Map<?, ?> inner
          && leads(inner, depth + 1)) {
        keys.add(key);
      }
    }
    if (keys.size() == 1) {
      return keys.get(0);
    }
    String found =
        keys.isEmpty()
            ? "no dictionary of tensors; its keys are " + shown(map)
            : "dictionaries of tensors under " + keys + " and no telling which to take";
    throw new CheckpointException(
        file, "holds " + found + ": save the one state_dict alone, or under the key 'state_dict'");
  }

  private static StateDict split(Map<?, ?> map) {
    Map<String, View> tensors = new LinkedHashMap<>();
    Map<Object, Object> rest = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (key instanceof String name && value instanceof View view) {
            tensors.put(name, view);
          } else {
            rest.put(key, value);
          }
        });
    return new StateDict(tensors, rest);
  }

  private static String shown(Map<?, ?> map) {
    return map.keySet().stream()
        .limit(10)
        .map(key -> CheckpointException.quote(String.valueOf(key)))
        .toList()
        .toString();
  }

  private static String describe(Object root) {
    if (root instanceof OpaqueObject object) {
      return "a pickled object of class " + CheckpointException.quote(object.className());
    }
    return root instanceof View ? "a single tensor" : "a value of another kind";
  }
}
