package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import dev.dovetail.weights.tensors.Region;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects that a pickle program creates in addition to numbers, strings, {@code byte[]}, {@link
 * java.util.ArrayList} and {@link OpaqueObject}.
 */
sealed interface Pickled {

  /** A dictionary of any class, which preserves its order. */
  record Dictionary(Map<String, Object> entries) implements Pickled {
    Dictionary() {
      this(new LinkedHashMap<>(0));
    }
  }

  /** A Python tuple. */
  record Tuple(List<Object> items) implements Pickled {}

  /** The name of a class or function, which is never resolved. */
  record Name(String module, String name) implements Pickled {
    String qualified() {
      return module + "." + name;
    }
  }

  /** An object of which only the attributes are relevant, such as an {@code argparse.Namespace}. */
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
   * @param type its element type; null for a storage of untyped bytes
   * @param key its name in the file
   * @param elements the number of elements according to the program
   * @param first its first element in the file's storage, if it is a part of that storage
   */
  record Storage(DType type, String key, long elements, long first) implements Pickled {

    /** Returns the size of an element in bytes. */
    int unit() {
      return type == null ? 1 : type.bytes();
    }
  }

  /** Bytes that remain in the program, such as the elements of an array. */
  record Stretch(Region place) implements Pickled {}

  /** A tensor as described by the program, not validated. */
  record View(Storage storage, DType type, long first, List<Long> shape, List<Long> strides)
      implements Pickled {}

  /** A NumPy element type, whose byte order follows the code, such as {@code f4}. */
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

  /** A NumPy array, whose content follows the object. */
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
