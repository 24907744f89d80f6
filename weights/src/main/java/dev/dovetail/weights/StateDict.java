package dev.dovetail.weights;

import dev.dovetail.weights.Pickled.Dictionary;
import dev.dovetail.weights.Pickled.NumpyArray;
import dev.dovetail.weights.Pickled.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The dictionary of tensors within what a PyTorch file holds, and the rest.
 *
 * @param tensors by name, in file order
 * @param rest everything else: beside the dictionary, and what is no tensor in it
 */
record StateDict(Map<String, View> tensors, Map<String, Object> rest) {

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
    if (!(root instanceof Dictionary top)) {
      throw new CheckpointException(
          file,
          "holds "
              + describe(root)
              + ", not a dictionary of tensors: save the model's state_dict() instead");
    }
    return find(file, top, 0);
  }

  private static StateDict find(Path file, Dictionary dictionary, int depth)
      throws CheckpointException {
    Optional<String> key = usualKey(dictionary, depth);
    if (key.isEmpty() && !holdsTensors(dictionary)) {
      key = Optional.of(onlyKey(file, dictionary, depth));
    }
    if (key.isEmpty()) {
      return split(dictionary);
    }
    Map<String, Object> rest = new LinkedHashMap<>(dictionary.entries());
    StateDict inner = find(file, (Dictionary) rest.remove(key.get()), depth + 1);
    if (!inner.rest().isEmpty()) {
      rest.put(key.get(), new Dictionary(inner.rest()));
    }
    return new StateDict(inner.tensors(), rest);
  }

  /**
   * A dictionary with the NumPy arrays in it, and in the dictionaries right below it, as tensors.
   *
   * @throws CheckpointException if there is none
   */
  static Dictionary withArrays(Path file, Dictionary top) throws CheckpointException {
    Dictionary converted = new Dictionary();
    top.entries()
        .forEach(
            (key, value) ->
                converted
                    .entries()
                    .put(key, value instanceof Dictionary d ? arraysIn(d) : array(value)));
    if (!leadsToTensors(converted, 0)
        && converted.entries().values().stream().noneMatch(v -> leadsToTensors(v, 0))) {
      throw new CheckpointException(
          file,
          "is a pickled dictionary without NumPy arrays that can be read in place: save it again with torch.save, as safetensors, or by pickle of protocol 3 or later");
    }
    return converted;
  }

  private static Dictionary arraysIn(Dictionary dictionary) {
    Dictionary converted = new Dictionary();
    dictionary.entries().forEach((key, value) -> converted.entries().put(key, array(value)));
    return converted;
  }

  private static Object array(Object value) {
    return value instanceof NumpyArray array && array.content() instanceof View view ? view : value;
  }

  private static Optional<String> usualKey(Dictionary dictionary, int depth) {
    return USUAL_KEYS.stream()
        .filter(key -> leadsToTensors(dictionary.entries().get(key), depth + 1))
        .findFirst();
  }

  /** Whether there are tensors in a dictionary or under one of the usual keys in it. */
  private static boolean leadsToTensors(Object value, int depth) {
    return value instanceof Dictionary dictionary
        && (holdsTensors(dictionary)
            || depth < MAX_DEPTH && usualKey(dictionary, depth).isPresent());
  }

  private static boolean holdsTensors(Dictionary dictionary) {
    return dictionary.entries().values().stream().anyMatch(View.class::isInstance);
  }

  private static String onlyKey(Path file, Dictionary dictionary, int depth)
      throws CheckpointException {
    List<String> keys = new ArrayList<>(dictionary.entries().keySet());
    keys.removeIf(key -> !leadsToTensors(dictionary.entries().get(key), depth + 1));
    if (keys.size() == 1) {
      return keys.get(0);
    }
    String found =
        keys.isEmpty()
            ? "no dictionary of tensors; its keys are " + shown(dictionary.entries().keySet())
            : "dictionaries of tensors under " + shown(keys) + " and no telling which to take";
    throw new CheckpointException(
        file, "holds " + found + ": save the one state_dict alone, or under the key 'state_dict'");
  }

  private static StateDict split(Dictionary dictionary) {
    Map<String, View> tensors = new LinkedHashMap<>();
    Map<String, Object> rest = new LinkedHashMap<>();
    dictionary
        .entries()
        .forEach(
            (key, value) -> {
              if (value instanceof View view) {
                tensors.put(key, view);
              } else {
                rest.put(key, value);
              }
            });
    return new StateDict(tensors, rest);
  }

  private static String shown(Collection<String> keys) {
    return keys.stream().limit(10).map(CheckpointException::quote).toList().toString();
  }

  private static String describe(Object root) {
    if (root instanceof OpaqueObject object) {
      return "a pickled object of class " + CheckpointException.quote(object.className());
    }
    return root instanceof View ? "a single tensor" : "a value of another kind";
  }
}
