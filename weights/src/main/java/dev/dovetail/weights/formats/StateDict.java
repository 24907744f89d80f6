package dev.dovetail.weights.formats;

import dev.dovetail.weights.formats.Pickled.Dictionary;
import dev.dovetail.weights.formats.Pickled.NumpyArray;
import dev.dovetail.weights.formats.Pickled.View;
import dev.dovetail.weights.tensors.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The dictionary of tensors in a PyTorch file, and the remaining contents.
 *
 * @param tensors the tensors by name, in file order
 * @param rest everything else: values outside the dictionary, and values in it that are not tensors
 * @param key its key, with dots between nested keys; empty for the top level
 * @param others keys of other weights, in file order
 */
record StateDict(
    Map<String, View> tensors, Map<String, Object> rest, String key, List<String> others) {

  /**
   * The training tools of RT-DETR, D-FINE and DEIM use these averaged weights if a file contains
   * them.
   */
  private static final List<String> AVERAGED = List.of("ema", "module");

  private static final int MAX_DEPTH = 2;

  /**
   * Finds the dictionary: under a usual key, or else at the top level, or else under the only key
   * that contains tensors.
   *
   * @param requested the key that the user specified instead, if any: nested keys separated by
   *     dots, optionally followed by a prefix of the tensors' names
   * @throws CheckpointException if there is no dictionary, or the choice is ambiguous
   */
  static StateDict find(Path file, Object root, Optional<String> requested)
      throws CheckpointException {
    if (!(root instanceof Dictionary top)) {
      throw new CheckpointException(
          file,
          "holds "
              + describe(root)
              + ", not a dictionary of tensors: save the model's state_dict() instead");
    }
    Map<String, Dictionary> all = new LinkedHashMap<>();
    collect(top, "", 0, all);
    if (requested.isPresent()) {
      return named(file, top, all, requested.get());
    }
    StateDict found = find(file, top, "", 0);
    List<String> others =
        all.keySet().stream()
            .filter(path -> !path.isEmpty() && !path.equals(found.key()))
            .filter(path -> 2 * tensorsIn(all.get(path)) >= found.tensors().size())
            .toList();
    return new StateDict(found.tensors(), found.rest(), found.key(), others);
  }

  private static StateDict find(Path file, Dictionary dictionary, String path, int depth)
      throws CheckpointException {
    Optional<String> key = usualKey(dictionary, depth);
    if (key.isEmpty() && !holdsTensors(dictionary)) {
      key = Optional.of(onlyKey(file, dictionary, depth));
    }
    if (key.isEmpty()) {
      return split(dictionary, path);
    }
    Map<String, Object> rest = new LinkedHashMap<>(dictionary.entries());
    Dictionary below = (Dictionary) rest.remove(key.get());
    StateDict inner = find(file, below, join(path, key.get()), depth + 1);
    if (!inner.rest().isEmpty()) {
      rest.put(key.get(), new Dictionary(inner.rest()));
    }
    return new StateDict(inner.tensors(), rest, inner.key(), List.of());
  }

  /** Returns the dictionaries that directly contain tensors, by path. */
  private static void collect(
      Dictionary dictionary, String path, int depth, Map<String, Dictionary> all) {
    if (holdsTensors(dictionary)) {
      all.put(path, dictionary);
    }
    dictionary
        .entries()
        .forEach(
            (key, value) -> {
              if (value instanceof Dictionary inner && depth < MAX_DEPTH) {
                collect(inner, join(path, key), depth + 1, all);
              }
            });
  }

  /** Selects the weights under a user's key. The rest is that of the whole file. */
  private static StateDict named(
      Path file, Dictionary top, Map<String, Dictionary> all, String requested)
      throws CheckpointException {
    Map<String, Object> rest = new LinkedHashMap<>(top.entries());
    rest.values().removeIf(value -> value instanceof View || leadsToTensors(value, 1));
    Optional<Dictionary> whole = at(top, requested).filter(d -> leadsToTensors(d, 0));
    if (whole.isPresent()) {
      StateDict found = find(file, whole.get(), requested, 0);
      return new StateDict(found.tensors(), rest, found.key(), List.of());
    }
    for (Map.Entry<String, Dictionary> entry : all.entrySet()) {
      Map<String, View> tensors = split(entry.getValue(), "").tensors();
      String prefix =
          requested.startsWith(entry.getKey() + ".")
              ? requested.substring(entry.getKey().length() + 1)
              : requested;
      Map<String, View> part = NamePrefix.below(prefix, tensors);
      if (!part.isEmpty()) {
        return new StateDict(part, rest, join(entry.getKey(), prefix), List.of());
      }
    }
    Set<String> known = new LinkedHashSet<>(all.keySet());
    known.remove("");
    all.values().forEach(d -> known.addAll(NamePrefix.first(split(d, "").tensors().keySet())));
    throw NamePrefix.unknown(file, requested, known);
  }

  /** Returns the dictionary at a path of keys, which may themselves contain dots. */
  private static Optional<Dictionary> at(Dictionary dictionary, String path) {
    for (Map.Entry<String, Object> entry : dictionary.entries().entrySet()) {
      if (entry.getValue() instanceof Dictionary inner) {
        String key = entry.getKey();
        Optional<Dictionary> found =
            path.equals(key)
                ? Optional.of(inner)
                : path.startsWith(key + ".")
                    ? at(inner, path.substring(key.length() + 1))
                    : Optional.empty();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /**
   * Returns a dictionary in which the NumPy arrays of the dictionary and of its direct children are
   * tensors.
   *
   * @throws CheckpointException if there are none
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
          "is a pickled dictionary without NumPy arrays that can be read in place; save it"
              + " again with torch.save, as safetensors, or with pickle protocol 3 or later");
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
    if (dictionary.entries().get(AVERAGED.get(0)) instanceof Dictionary averages
        && averages.entries().get(AVERAGED.get(1)) instanceof Dictionary weights
        && holdsTensors(weights)) {
      return Optional.of(AVERAGED.get(0));
    }
    return NamePrefix.USUAL.stream()
        .filter(key -> leadsToTensors(dictionary.entries().get(key), depth + 1))
        .findFirst();
  }

  /** Returns whether a dictionary contains tensors directly or under one of the usual keys. */
  private static boolean leadsToTensors(Object value, int depth) {
    return value instanceof Dictionary dictionary
        && (holdsTensors(dictionary)
            || depth < MAX_DEPTH && usualKey(dictionary, depth).isPresent());
  }

  private static boolean holdsTensors(Dictionary dictionary) {
    return tensorsIn(dictionary) > 0;
  }

  private static long tensorsIn(Dictionary dictionary) {
    return dictionary.entries().values().stream().filter(View.class::isInstance).count();
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
            ? "no dictionary of tensors; its keys are "
                + shown(dictionary.entries().keySet())
                + "; save only the state_dict, or save it under the key 'state_dict'"
            : "dictionaries of tensors under "
                + shown(keys)
                + "; select one of them with --weights-key";
    throw new CheckpointException(file, "contains " + found);
  }

  private static StateDict split(Dictionary dictionary, String path) {
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
    return new StateDict(tensors, rest, path, List.of());
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
