package dev.dovetail.weights.formats;

import dev.dovetail.weights.formats.Pickled.Attributes;
import dev.dovetail.weights.formats.Pickled.Dictionary;
import dev.dovetail.weights.formats.Pickled.Name;
import dev.dovetail.weights.formats.Pickled.NumpyArray;
import dev.dovetail.weights.formats.Pickled.NumpyType;
import dev.dovetail.weights.formats.Pickled.Stretch;
import dev.dovetail.weights.formats.Pickled.Tuple;
import dev.dovetail.weights.formats.Pickled.View;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
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
 * Converts the result of a pickle program to unmodifiable maps, lists and scalars. A value shared
 * by several containers remains shared. Containers that contain themselves, are nested too deeply,
 * or expand to too many values are rejected, so that traversing the result terminates.
 */
final class PlainValues {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_PATH = 200;
  private static final long MAX_VALUES = 10_000_000;

  /** Creates the tensor of a view; {@code name} is its path. */
  @FunctionalInterface
  interface Tensors {
    StoredTensor tensor(String name, View view) throws IOException;
  }

  /**
   * A converted value.
   *
   * @param size the number of values it expands to
   * @param height the number of levels below it
   */
  private record Plain(Object value, long size, int height) {
    Plain(Object value) {
      this(value, 1, 0);
    }
  }

  private static final Plain UNFINISHED = new Plain(null);

  private final Path file;
  private final Tensors tensors;
  private final IdentityHashMap<Object, Plain> done = new IdentityHashMap<>();

  PlainValues(Path file, Tensors tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /** Converts {@code value}, whose path is {@code path}. */
  Object of(Object value, String path) throws IOException {
    return convert(value, path, 0).value();
  }

  private Plain convert(Object value, String path, int depth) throws IOException {
    if (!(value instanceof List<?> || value instanceof Pickled)) {
      return new Plain(
          value instanceof byte[] bytes ? ByteBuffer.wrap(bytes).asReadOnlyBuffer() : value);
    }
    Plain known = depth > MAX_DEPTH ? null : done.get(value);
    if (known == UNFINISHED) {
      throw problem(path, "contains itself");
    }
    if (depth + (known == null ? 0 : known.height()) > MAX_DEPTH) {
      throw problem(path, "is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (known == null) {
      done.put(value, UNFINISHED);
      known = container(value, path, depth);
      done.put(value, known);
    }
    if (known.size() > MAX_VALUES) {
      throw problem(path, "expands to more than " + MAX_VALUES + " values");
    }
    return known;
  }

  private Plain container(Object value, String path, int depth) throws IOException {
    if (value instanceof Dictionary dictionary) {
      return map(dictionary.entries(), path, depth);
    } else if (value instanceof Tuple tuple) {
      return list(tuple.items(), path, depth);
    } else if (value instanceof List<?> items) {
      return list(items, path, depth);
    } else if (value instanceof View view) {
      return new Plain(tensors.tensor(path, view));
    } else if (value instanceof Attributes attributes) {
      return convert(attributes.values(), path, depth + 1);
    } else if (value instanceof NumpyArray array) {
      return convert(array.content(), path, depth + 1);
    } else if (value instanceof Stretch) {
      return new Plain(new OpaqueObject("bytes"));
    } else if (value instanceof NumpyType type) {
      return new Plain("numpy." + type.code());
    } else if (value instanceof Name name && name.qualified().matches("torch\\.[a-z]\\w*")) {
      return new Plain(name.qualified());
    } else if (value instanceof Name name) {
      return new Plain(new OpaqueObject(name.qualified()));
    }
    return new Plain(new OpaqueObject("torch.storage"));
  }

  private Plain list(List<?> items, String path, int depth) throws IOException {
    List<Object> plain = new ArrayList<>(items.size());
    long size = 1;
    int height = 0;
    for (Object item : items) {
      Plain converted = convert(item, below(path, String.valueOf(plain.size())), depth + 1);
      plain.add(converted.value());
      size += converted.size();
      height = Math.max(height, 1 + converted.height());
    }
    return new Plain(Collections.unmodifiableList(plain), size, height);
  }

  private Plain map(Map<String, Object> entries, String path, int depth) throws IOException {
    Map<String, Object> plain = new LinkedHashMap<>();
    long size = 1;
    int height = 0;
    for (Map.Entry<String, Object> entry : entries.entrySet()) {
      Plain converted = convert(entry.getValue(), below(path, entry.getKey()), depth + 1);
      plain.put(entry.getKey(), converted.value());
      size += 1 + converted.size();
      height = Math.max(height, 1 + converted.height());
    }
    return new Plain(Collections.unmodifiableMap(plain), size, height);
  }

  /** Returns the path one level deeper, unless it becomes too long to read. */
  private static String below(String path, String key) {
    return path.length() + key.length() < MAX_PATH ? path + "." + key : path;
  }

  private CheckpointException problem(String path, String what) {
    return new CheckpointException(
        file,
        "contains under "
            + CheckpointException.quote(path)
            + " a value that "
            + what
            + ", which no checkpoint needs");
  }
}
