package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tensors concatenated along one axis, such as the three projections of an attention that some
 * checkpoints store separately and others together.
 */
public final class ConcatenatedTensor implements TensorSource {

  private final String name;
  private final List<TensorSource> parts;
  private final int axis;
  private final List<Long> shape;

  /**
   * Concatenates tensors.
   *
   * @param name the name of the result
   * @param parts the parts, in order
   * @param axis the axis, from 0
   * @throws IllegalArgumentException if the parts differ in type or in another axis
   */
  public ConcatenatedTensor(String name, List<? extends TensorSource> parts, int axis) {
    this.name = name;
    this.parts = List.copyOf(parts);
    this.axis = axis;
    this.shape = joined(name, this.parts, axis);
  }

  /** {@return the parts, in order} */
  public List<TensorSource> parts() {
    return parts;
  }

  /** {@return the axis along which the parts are concatenated} */
  public int axis() {
    return axis;
  }

  private static List<Long> joined(String name, List<TensorSource> parts, int axis) {
    TensorSource first = parts.get(0);
    List<Long> joined = new ArrayList<>(first.shape());
    if (axis < 0 || axis >= joined.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s cannot be concatenated along axis %d: its part %s has shape %s",
              name,
              axis,
              first.name(),
              Shapes.text(joined)));
    }
    for (TensorSource part : parts.subList(1, parts.size())) {
      List<Long> other = new ArrayList<>(part.shape());
      if (other.size() == joined.size()) {
        joined.set(axis, joined.get(axis) + other.get(axis));
        other.set(axis, joined.get(axis));
      }
      if (!other.equals(joined) || part.type() != first.type()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s cannot be concatenated along axis %d: %s is %s %s, %s is %s %s",
                name,
                axis,
                first.name(),
                first.type(),
                Shapes.text(first.shape()),
                part.name(),
                part.type(),
                Shapes.text(part.shape())));
      }
    }
    return List.copyOf(joined);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DType type() {
    return parts.get(0).type();
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  @Override
  public ConcatenatedTensor named(String other) {
    return new ConcatenatedTensor(other, parts, axis);
  }

  @Override
  public ElementReader reader() throws IOException {
    List<ElementReader> readers = new ArrayList<>();
    List<Long> slices = new ArrayList<>();
    for (TensorSource part : parts) {
      readers.add(part.reader());
      slices.add(Shapes.elements(part.shape().subList(axis, shape.size())) * (long) type().bytes());
    }
    return new Joined(readers, slices);
  }

  /** Reads a slice of every part in turn: the elements of one index of the preceding axes. */
  private static final class Joined implements ElementReader {
    private final List<ElementReader> readers;
    private final List<Long> slices;
    private int part;
    private long doneOfSlice;

    Joined(List<ElementReader> readers, List<Long> slices) {
      this.readers = readers;
      this.slices = slices;
    }

    @Override
    public void read(ByteBuffer into) throws IOException {
      int end = into.limit();
      while (into.position() < end) {
        long left = slices.get(part) - doneOfSlice;
        int length = (int) Math.min(left, end - into.position());
        readers.get(part).read(into.limit(into.position() + length));
        into.limit(end);
        doneOfSlice += length;
        if (doneOfSlice == slices.get(part)) {
          part = (part + 1) % slices.size();
          doneOfSlice = 0;
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (ElementReader reader : readers) {
        reader.close();
      }
    }
  }
}
