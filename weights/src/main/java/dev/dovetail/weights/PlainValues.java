package dev.dovetail.weights;

import dev.dovetail.weights.Pickled.Attributes;
import dev.dovetail.weights.Pickled.Name;
import dev.dovetail.weights.Pickled.NumpyArray;
import dev.dovetail.weights.Pickled.NumpyType;
import dev.dovetail.weights.Pickled.Tuple;
import dev.dovetail.weights.Pickled.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns what a pickle program built into unmodifiable maps, lists and scalars. A value shared by
 * several containers stays shared; containers that hold themselves, lie too deep, or would unfold
 * to too many values are refused, so that whoever walks through the result comes to an end.
 */
final class PlainValues {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_PATH = 200;
  private static final long MAX_VALUES = 10_000_000;

  /** Makes the tensor of a view; {@code name} is the path to it. */
  @FunctionalInterface
  interface Tensors {
    StoredTensor tensor(String name, View view) throws IOException;
  }

  /** A finished value and how many values it unfolds to. */
  private record Plain(Object value, long size) {}

  private static final Plain UNFINISHED = new Plain(null, 0);

  private final Path file;
  private final Tensors tensors;
  private final IdentityHashMap<Object, Plain> done = new IdentityHashMap<>();

  PlainValues(Path file, Tensors tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /** The plain form of {@code value}, to be found under {@code path}. */
  Object of(Object value, String path) throws IOException {
    return convert(value, path, 0).value();
  }

  private Plain convert(Object value, String path, int depth) throws IOException {
    if (value instanceof byte[] bytes) {
      return new Plain(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), 1);
    }
    if (value instanceof Name name) {
      boolean type = name.module().equals("torch") && !Character.isUpperCase(name.name().charAt(0));
      return new Plain(type ? name.qualified() : new OpaqueObject(name.qualified()), 1);
    }
    if (value instanceof NumpyType type) {
      return new Plain("numpy." + type.code(), 1);
    }
    boolean container =
        value instanceof List<?> || value instanceof Map<?, ?> || value instanceof Pickled;
    if (!container) {
      return new Plain(value, 1);
    }
    if (depth > MAX_DEPTH) {
      throw problem(path, "lies deeper than " + MAX_DEPTH + " levels");
    }
    Plain known = done.get(value);
    if (known == UNFINISHED) {
      throw problem(path, "holds itself");
    }
    if (known == null) {
      done.put(value, UNFINISHED);
      known = container(value, path, depth);
      done.put(value, known);
    }
    if (known.size() > MAX_VALUES) {
      throw problem(path, "unfolds to more than " + MAX_VALUES + " values");
    }
    return known;
  }

  private Plain container(Object value, String path, int depth) throws IOException {
    if (value instanceof View view) {
      return new Plain(tensors.tensor(path, view), 1);
    }
    if (value instanceof NumpyArray array) {
      return convert(array.content(), path, depth + 1);
    }
    if (value instanceof Attributes attributes) {
      return map(attributes.values(), path, depth);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, path, depth);
    }
    if (value instanceof Tuple tuple) {
      return list(tuple.items(), path, depth);
    }
    if (value instanceof List<?> items) {
      return list(items, path, depth);
    }
    return new Plain(new OpaqueObject("torch.storage"), 1);
  }

  private Plain list(List<?> items, String path, int depth) throws IOException {
    List<Object> plain = new ArrayList<>(items.size());
    long size = 1;
    for (Object item : items) {
      Plain converted = convert(item, below(path, plain.size()), depth + 1);
      plain.add(converted.value());
      size += converted.size();
    }
    return new Plain(Collections.unmodifiableList(plain), size);
  }

  private Plain map(Map<?, ?> entries, String path, int depth) throws IOException {
    Map<Object, Object> plain = new LinkedHashMap<>();
    long size = 1;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      Plain converted = convert(entry.getValue(), below(path, entry.getKey()), depth + 1);
      plain.put(entry.getKey(), converted.value());
      size += 1 + converted.size();
    }
    return new Plain(Collections.unmodifiableMap(plain), size);
  }

  /** The path one level deeper, as long as it is of a length to be read. */
  private static String below(String path, Object key) {
    boolean readable =
        path.length() < MAX_PATH && !(key instanceof String s && s.length() > MAX_PATH);
    return readable ? path + "." + key : path;
  }

  private CheckpointException problem(String path, String what) {
    return new CheckpointException(
        file,
        "holds under "
            + CheckpointException.quote(path)
            + " a value that "
            + what
            + ", which no checkpoint needs");
  }
}
