package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import dev.dovetail.weights.formats.Pickled.Attributes;
import dev.dovetail.weights.formats.Pickled.Dictionary;
import dev.dovetail.weights.formats.Pickled.Name;
import dev.dovetail.weights.formats.Pickled.NumpyArray;
import dev.dovetail.weights.formats.Pickled.NumpyType;
import dev.dovetail.weights.formats.Pickled.Storage;
import dev.dovetail.weights.formats.Pickled.Stretch;
import dev.dovetail.weights.formats.Pickled.Tuple;
import dev.dovetail.weights.formats.Pickled.View;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.Shapes;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The allow list of the unpickler: the results of calling a few known functions. A call of any
 * other function results in an {@link OpaqueObject} with its name, regardless of the arguments.
 *
 * <p>The counterparts in PyTorch are {@code torch/_utils.py} and {@code torch/serialization.py}.
 */
final class PickleClasses {

  /** Storage and element types of PyTorch, by their names in the module {@code torch}. */
  private static final Map<String, DType> STORAGES =
      Map.of(
          "DoubleStorage", DType.FLOAT64,
          "FloatStorage", DType.FLOAT32,
          "HalfStorage", DType.FLOAT16,
          "BFloat16Storage", DType.BFLOAT16,
          "LongStorage", DType.INT64,
          "IntStorage", DType.INT32,
          "ShortStorage", DType.INT16,
          "CharStorage", DType.INT8,
          "ByteStorage", DType.UINT8,
          "BoolStorage", DType.BOOL);

  /** Heap size of a boxed number, a slot of a list or an entry of a map, in bytes. */
  private static final long HEAP_OF_VALUE = 64;

  private final PickleInput input;
  private final boolean arraysInPlace;
  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private final Map<String, Region> stretches = new HashMap<>();

  /**
   * Creates the classes for a program of {@code torch.save}, whose tensors are outside the program.
   */
  PickleClasses(PickleInput input) {
    this(input, false);
  }

  /**
   * Creates the classes.
   *
   * @param arraysInPlace whether NumPy arrays are the tensors; their elements remain unread in the
   *     program
   */
  PickleClasses(PickleInput input, boolean arraysInPlace) {
    this.input = input;
    this.arraysInPlace = arraysInPlace;
  }

  /** Reads the next bytes of the program, or records their location. */
  Object data(long count) throws IOException {
    return arraysInPlace ? new Stretch(input.skip(count)) : input.bytes(count);
  }

  /** Locations of the elements of arrays, by storage key. */
  Map<String, Region> stretches() {
    return stretches;
  }

  /** Returns the result of calling {@code function}, or an instance of that class. */
  Object call(Object function, Object arguments) throws CheckpointException {
    if (!(arguments instanceof Tuple tuple)) {
      throw input.problem("calls something with arguments that are not a tuple");
    }
    if (function instanceof OpaqueObject) {
      return function;
    }
    if (!(function instanceof Name name)) {
      throw input.problem("calls something that is not a class or function");
    }
    List<Object> a = tuple.items();
    return switch (name.qualified()) {
      case "collections.OrderedDict", "collections.defaultdict" -> dictionary(name, a);
      case "argparse.Namespace", "types.SimpleNamespace" -> new Attributes();
      case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" ->
          a.size() == 1 && a.get(0) instanceof List<?> items ? items : new ArrayList<>();
      case "_codecs.encode" -> encoded(name, a);
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> tensor(a, null);
      case "torch._utils._rebuild_tensor_v3" -> tensor(a, torchType(argument(name, a, 6)));
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          argument(name, a, 0);
      case "torch._tensor._rebuild_from_type_v2" -> subclass(name, a);
      case "torch.Size" -> argument(name, a, 0);
      case "torch.device" -> device(a);
      case "copyreg._reconstructor", "copy_reg._reconstructor" ->
          call(argument(name, a, 0), new Tuple(List.of()));
      case "numpy.dtype" ->
          argument(name, a, 0) instanceof String code
              ? new NumpyType(code)
              : new OpaqueObject(name.qualified());
      case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" -> scalar(name, a);
      case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" ->
          new NumpyArray();
      case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" ->
          fromBuffer(name, a);
      default -> new OpaqueObject(name.qualified());
    };
  }

  /** Returns an array of protocol 5 from its bytes, type, shape, and "C" or "F" for the order. */
  private Object fromBuffer(Name name, List<Object> a) throws CheckpointException {
    return a.size() == 4
            && a.get(0) instanceof Stretch elements
            && a.get(1) instanceof NumpyType type
            && a.get(2) instanceof Tuple shape
        ? array(elements, type, shape, "F".equals(a.get(3)))
        : new OpaqueObject(name.qualified());
  }

  /** Returns an array as a tensor whose elements remain in the program. */
  private Object array(Stretch elements, NumpyType dtype, Tuple dimensions, boolean columnMajor)
      throws CheckpointException {
    Optional<DType> type = NumpyValues.type(dtype.code());
    if (type.isEmpty() || dtype.order() == ByteOrder.BIG_ENDIAN) {
      return new OpaqueObject("numpy." + dtype.code());
    }
    List<Long> shape = numbers(dimensions);
    Region place = elements.place();
    String key = Long.toString(place.offset());
    stretches.put(key, place);
    Storage storage = new Storage(type.get(), key, place.bytes() / type.get().bytes(), 0);
    List<Long> strides = columnMajor ? Shapes.columnMajor(shape) : Shapes.rowMajor(shape);
    return new View(storage, type.get(), 0, shape, strides);
  }

  /** Sets the state of {@code target} if it is relevant. */
  void build(Object target, Object state) throws CheckpointException {
    if (target instanceof Attributes attributes && state instanceof Dictionary values) {
      attributes.values(values);
    } else if (target instanceof NumpyType type && state instanceof Tuple tuple) {
      boolean big = tuple.items().size() > 1 && ">".equals(tuple.items().get(1));
      type.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    } else if (target instanceof NumpyArray array && state instanceof Tuple tuple) {
      array.content(content(tuple.items()));
    }
    // Other states, such as the _metadata of an OrderedDict, do not concern the tensors.
  }

  /** Sets an array's pickled state: version, shape, dtype, whether column-major, data. */
  private Object content(List<Object> state) throws CheckpointException {
    return state.size() == 5
            && state.get(1) instanceof Tuple shape
            && state.get(2) instanceof NumpyType type
            && state.get(4) instanceof Stretch elements
        ? array(elements, type, shape, Boolean.TRUE.equals(state.get(3)))
        : NumpyValues.array(state, input);
  }

  /** Resolves a persistent id: a storage, or, in legacy files, the class of a pickled module. */
  Object persistent(Object id) throws CheckpointException {
    if (id instanceof Tuple module
        && module.items().size() > 1
        && "module".equals(module.items().get(0))) {
      return module.items().get(1);
    }
    return storage(id);
  }

  private Storage storage(Object id) throws CheckpointException {
    if (id instanceof Tuple tuple
        && tuple.items().size() >= 5
        && "storage".equals(tuple.items().get(0))
        && tuple.items().get(1) instanceof Name type
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long elements) {
      long first = 0;
      long count = elements;
      if (tuple.items().size() > 5 && tuple.items().get(5) instanceof Tuple view) {
        first = number(view.items(), 1, "a view of a storage");
        count = number(view.items(), 2, "a view of a storage");
      }
      DType elementType = storageType(type);
      Storage whole = new Storage(elementType, key, elements, 0);
      Storage before = storages.putIfAbsent(key, whole);
      if (before != null && !before.equals(whole)) {
        throw input.problem("describes storage " + CheckpointException.quote(key) + " in two ways");
      }
      return new Storage(elementType, key, count, first);
    }
    throw input.problem("refers to a storage in an unsupported form");
  }

  /** Returns the whole storages that were referred to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  private DType storageType(Name name) throws CheckpointException {
    boolean torch = name.module().equals("torch") || name.module().equals("torch.storage");
    if (torch && name.name().equals("UntypedStorage")) {
      return null;
    }
    DType type = torch ? STORAGES.get(name.name()) : null;
    if (type == null) {
      throw input.problem(
          "has a storage of class "
              + CheckpointException.quote(name.qualified())
              + ", whose element type is not supported");
    }
    return type;
  }

  private DType torchType(Object dtype) throws CheckpointException {
    String name = dtype instanceof Name n && n.module().equals("torch") ? n.name() : "";
    for (DType type : DType.values()) {
      if (type.toString().equals(name)) {
        return type;
      }
    }
    throw input.problem(
        "has a tensor of type " + CheckpointException.quote(name) + ", which is not supported");
  }

  /**
   * Returns a tensor of a subclass from the function that rebuilds the plain tensor, and its
   * arguments.
   */
  private Object subclass(Name name, List<Object> a) throws CheckpointException {
    boolean rebuilds =
        argument(name, a, 0) instanceof Name f
            && f.qualified().startsWith("torch._utils._rebuild_");
    return rebuilds ? call(a.get(0), argument(name, a, 2)) : new OpaqueObject(name.qualified());
  }

  private View tensor(List<Object> a, DType stated) throws CheckpointException {
    if (a.size() < 4 || !(a.get(0) instanceof Storage storage)) {
      throw input.problem("creates a tensor without a storage");
    }
    DType type = stated == null ? storage.type() : stated;
    if (type == null) {
      throw input.problem("creates a tensor without an element type");
    }
    return new View(
        storage, type, number(a, 1, "a tensor's offset"), numbers(a.get(2)), numbers(a.get(3)));
  }

  private List<Long> numbers(Object value) throws CheckpointException {
    List<?> items =
        value instanceof Tuple tuple ? tuple.items() : value instanceof List<?> list ? list : null;
    if (items == null || items.size() > Shapes.MAX_RANK) {
      throw input.problem(
          "creates a tensor whose shape or strides are not a tuple of at most " + Shapes.MAX_RANK);
    }
    input.spend(items.size() * HEAP_OF_VALUE);
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      numbers.add(number(items, i, "a tensor's shape or strides"));
    }
    return numbers;
  }

  private long number(List<?> items, int index, String what) throws CheckpointException {
    if (index < items.size() && items.get(index) instanceof Long number) {
      return number;
    }
    throw input.problem("contains something that is not a 64-bit integer in " + what);
  }

  private Object argument(Name name, List<Object> a, int index) throws CheckpointException {
    if (index >= a.size()) {
      throw input.problem("calls " + name.qualified() + " with " + a.size() + " arguments");
    }
    return a.get(index);
  }

  /** Returns a dictionary, either empty or from a list of pairs as in Python 2. */
  private Dictionary dictionary(Name name, List<Object> a) throws CheckpointException {
    Dictionary dictionary = new Dictionary();
    boolean pairs = name.name().equals("OrderedDict") && !a.isEmpty();
    if (pairs && a.get(0) instanceof List<?> items) {
      input.spend(items.size() * HEAP_OF_VALUE);
      for (Object item : items) {
        List<?> pair =
            item instanceof Tuple t ? t.items() : item instanceof List<?> l ? l : List.of();
        if (pair.size() != 2) {
          throw input.problem("creates a dictionary of something that is not pairs");
        }
        dictionary.entries().put(PickleMachine.key(pair.get(0)), pair.get(1));
      }
    }
    return dictionary;
  }

  private Object encoded(Name name, List<Object> a) throws CheckpointException {
    if (argument(name, a, 0) instanceof String text) {
      input.spend(text.length());
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    return new OpaqueObject(name.qualified());
  }

  private static Object device(List<Object> a) {
    String index = a.size() > 1 && a.get(1) instanceof Long number ? ":" + number : "";
    return a.isEmpty() || !(a.get(0) instanceof String kind)
        ? new OpaqueObject("torch.device")
        : kind + index;
  }

  private Object scalar(Name name, List<Object> a) throws CheckpointException {
    return argument(name, a, 0) instanceof NumpyType type
            && a.size() > 1
            && a.get(1) instanceof byte[] bytes
        ? NumpyValues.scalar(type, bytes)
        : new OpaqueObject(name.qualified());
  }
}
