package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import dev.dovetail.weights.tensors.Region;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle program builds besides numbers, strings, {@code byte[]}, {@link
 * java.util.ArrayList} and {@link OpaqueObject}.
 */
sealed interface Pickled {

  /** A dictionary of whatever class, in its order. */
  record Dictionary(Map<String, Object> entries) implements Pickled {
    Dictionary() {
      this(new LinkedHashMap<>(0));
    }
  }

  /** A Python tuple. */
  record Tuple(List<Object> items) implements Pickled {}

  /** The name of a class or function, which is never looked up. */
  record Name(String module, String name) implements Pickled {
    String qualified() {
      return module + "." + name;
    }
  }

  /** An object of which only the attributes matter, such as an {@code argparse.Namespace}. */
  final class Attributes implements Pickled {
    private Dictionary values = new Dictionary();

    Dictionary values() {
      return values;
    }

    void values(Dictionary state) {
      this.values = state;
    }
  }

  /**
   * The persistent id of a storage.
   *
   * @param type of its elements, null where the storage is of bytes without type
   * @param key its name in the file
   * @param elements as many as the program says
   * @param first its first element in the storage of the file, of which it may be a part
   */
  record Storage(DType type, String key, long elements, long first) implements Pickled {

    /** Bytes of an element. */
    int unit() {
      return type == null ? 1 : type.bytes();
    }
  }

  /** Bytes of the program that stay where they are, such as the elements of an array. */
  record Stretch(Region place) implements Pickled {}

  /** A tensor as the program describes it, unchecked. */
  record View(Storage storage, DType type, long first, List<Long> shape, List<Long> strides)
      implements Pickled {}

  /** A NumPy element type, of which the byte order arrives after the code, such as {@code f4}. */
  final class NumpyType implements Pickled {
    private final String code;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    NumpyType(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    ByteOrder order() {
      return order;
    }

    void order(ByteOrder stated) {
      this.order = stated;
    }
  }

  /** A NumPy array, of which the content arrives after the object. */
  final class NumpyArray implements Pickled {
    private Object content = new OpaqueObject("numpy.ndarray");

    Object content() {
      return content;
    }

    void content(Object values) {
      this.content = values;
    }
  }
}
