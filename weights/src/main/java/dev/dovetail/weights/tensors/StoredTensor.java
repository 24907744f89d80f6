package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An unread tensor in a file: the position of its first element, and the stride of each axis. Its
 * range was checked against the file when the checkpoint was opened.
 */
public final class StoredTensor implements TensorSource {

  /**
   * An expanded view (stride 0) with more elements than this is considered an attack rather than a
   * weight.
   */
  private static final long MAX_EXPANDED = 1L << 24;

  private final String name;
  private final String storedName;
  private final DType type;
  private final List<Long> shape;
  private final List<Long> strides;
  private final Path file;
  private final long offset;
  private final ByteOrder order;

  private StoredTensor(
      String name,
      String storedName,
      DType type,
      List<Long> shape,
      List<Long> strides,
      Path file,
      long offset,
      ByteOrder order) {
    this.name = name;
    this.storedName = storedName;
    this.type = type;
    this.shape = List.copyOf(shape);
    this.strides = List.copyOf(strides);
    this.file = file;
    this.offset = offset;
    this.order = order;
  }

  /**
   * Creates a view of a storage.
   *
   * @param name the tensor's name
   * @param type its element type
   * @param shape the dimensions, outermost first
   * @param strides the distance in elements of one step along each axis
   * @param storage the bytes that the view must stay within
   * @param first the view's first element, counted from the start of the storage
   * @param order the byte order of the elements
   * @return the tensor, unread
   * @throws CheckpointException if a dimension or stride is negative or the view exceeds the
   *     storage
   */
  public static StoredTensor view(
      String name,
      DType type,
      List<Long> shape,
      List<Long> strides,
      Region storage,
      long first,
      ByteOrder order)
      throws CheckpointException {
    String problem = problem(type, shape, strides, storage.bytes(), first);
    if (problem != null) {
      throw new CheckpointException(
          storage.file(), "tensor " + CheckpointException.quote(name) + " " + problem);
    }
    long offset = storage.offset() + first * type.bytes();
    return new StoredTensor(name, name, type, shape, strides, storage.file(), offset, order);
  }

  /** Returns the problem with a view, to follow the tensor's name, or null. */
  private static String problem(
      DType type, List<Long> shape, List<Long> strides, long bytes, long first) {
    if (shape.size() > Shapes.MAX_RANK) {
      return "has " + shape.size() + " dimensions; at most " + Shapes.MAX_RANK + " are supported";
    }
    if (shape.size() != strides.size()) {
      return "has " + shape.size() + " dimensions but " + strides.size() + " strides";
    }
    String view = "of shape " + Shapes.text(shape) + " and strides " + Shapes.text(strides);
    if (first < 0 || shape.stream().anyMatch(d -> d < 0) || strides.stream().anyMatch(s -> s < 0)) {
      return view + " from element " + first + " contains a negative number";
    }
    try {
      long count = Shapes.elements(shape);
      long end = Math.addExact(first, Shapes.extent(shape, strides));
      long available = bytes / type.bytes();
      if (count > 0 && end > available) {
        return view
            + " from element "
            + first
            + " needs a storage of "
            + end
            + " "
            + type
            + " elements, but the file contains "
            + available;
      }
      if (first > available) {
        return view + " starts at element " + first + " of a storage of " + available;
      }
      if (count > Math.max(available, MAX_EXPANDED)) {
        return view
            + " repeats "
            + available
            + " stored elements to "
            + count
            + ", which no real checkpoint does";
      }
      Math.multiplyExact(count, 8);
    } catch (ArithmeticException e) {
      return view + " has more elements than a 64-bit number can represent";
    }
    return null;
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * {@return the name in the file; if several tensors were created from one tensor, the name of
   * that tensor}
   */
  public String storedName() {
    return storedName;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  /** {@return the distance in elements of one step along each axis; zero if an axis is repeated} */
  public List<Long> strides() {
    return strides;
  }

  /**
   * {@return the file that contains the elements (a temporary file if the checkpoint is
   * compressed)}
   */
  public Path file() {
    return file;
  }

  /** {@return the position of the first element in {@link #file()}} */
  public long offset() {
    return offset;
  }

  /**
   * {@return the bytes of the file that are this tensor, row-major and little-endian, in its own
   * type; empty if the tensor is a view with gaps or another order}
   */
  public Optional<Region> region() {
    boolean plain = order == ByteOrder.LITTLE_ENDIAN || type.bytes() == 1;
    return plain && Shapes.contiguous(shape, strides)
        ? Optional.of(new Region(file, offset, elements() * type.bytes()))
        : Optional.empty();
  }

  @Override
  public StoredTensor named(String other) {
    return new StoredTensor(other, storedName, type, shape, strides, file, offset, order);
  }

  /**
   * Permutes the axes, without reading.
   *
   * @param axes for each axis of the result, the axis of this tensor
   * @return the view
   */
  public StoredTensor permuted(List<Integer> axes) {
    return new StoredTensor(
        name,
        storedName,
        type,
        axes.stream().map(shape::get).toList(),
        axes.stream().map(strides::get).toList(),
        file,
        offset,
        order);
  }

  /**
   * Flattens the axes {@code from} to {@code to}, without reading; empty if their elements are not
   * contiguous.
   *
   * @param from the first of the axes
   * @param to the last of them
   * @return the view
   */
  public Optional<StoredTensor> flattened(int from, int to) {
    long length = shape.get(to);
    for (int axis = to - 1; axis >= from; axis--) {
      if (shape.get(axis) != 1 && strides.get(axis) != strides.get(to) * length) {
        return Optional.empty();
      }
      length *= shape.get(axis);
    }
    List<Long> fewer = new ArrayList<>(shape.subList(0, from));
    List<Long> steps = new ArrayList<>(strides.subList(0, from));
    fewer.add(length);
    steps.add(strides.get(to));
    fewer.addAll(shape.subList(to + 1, shape.size()));
    steps.addAll(strides.subList(to + 1, strides.size()));
    return Optional.of(new StoredTensor(name, storedName, type, fewer, steps, file, offset, order));
  }

  /**
   * Inserts an axis of extent 1.
   *
   * @param axis its position in the result, from 0
   * @return the view
   */
  public StoredTensor unsqueezed(int axis) {
    List<Long> more = new ArrayList<>(shape);
    List<Long> steps = new ArrayList<>(strides);
    steps.add(axis, axis == shape.size() ? 1L : strides.get(axis) * shape.get(axis));
    more.add(axis, 1L);
    return new StoredTensor(name, storedName, type, more, steps, file, offset, order);
  }

  /**
   * Slices {@code length} entries from {@code start} along {@code axis}, without reading.
   *
   * @param axis the axis
   * @param start the first entry
   * @param length the number of entries
   * @return the view
   */
  public StoredTensor narrowed(int axis, long start, long length) {
    List<Long> smaller = new ArrayList<>(shape);
    smaller.set(axis, length);
    long moved = offset + start * strides.get(axis) * type.bytes();
    return new StoredTensor(name, storedName, type, smaller, strides, file, moved, order);
  }

  /**
   * Slices entries {@code first}, {@code first + step}, … along {@code axis}, without reading.
   *
   * @param axis the axis
   * @param first the first entry
   * @param step the distance between entries
   * @return the view
   */
  public StoredTensor every(int axis, long first, long step) {
    StoredTensor rest = narrowed(axis, first, shape.get(axis) - first);
    List<Long> fewer = new ArrayList<>(shape);
    fewer.set(axis, (shape.get(axis) - first + step - 1) / step);
    List<Long> steps = new ArrayList<>(strides);
    steps.set(axis, strides.get(axis) * step);
    return new StoredTensor(name, storedName, type, fewer, steps, file, rest.offset, order);
  }

  @Override
  public ElementReader reader() throws IOException {
    return FileElements.open(this, order);
  }

  /** Returns text such as {@code blocks.0.norm1.bias float32 [384]}. */
  @Override
  public String toString() {
    return name + " " + type + " " + Shapes.text(shape);
  }
}
