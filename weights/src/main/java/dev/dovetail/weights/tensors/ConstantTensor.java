package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A float32 tensor with a constant value that a layout rule creates, such as the ones of a layer
 * scale.
 *
 * @param name the name
 * @param shape the dimensions
 * @param value the value of every element
 */
public record ConstantTensor(String name, List<Long> shape, float value) implements TensorSource {

  /**
   * Copies the shape.
   *
   * @param name the name
   * @param shape the dimensions
   * @param value the value of every element
   */
  public ConstantTensor {
    shape = List.copyOf(shape);
  }

  @Override
  public DType type() {
    return DType.FLOAT32;
  }

  @Override
  public ConstantTensor named(String other) {
    return new ConstantTensor(other, shape, value);
  }

  @Override
  public ElementReader reader() {
    return (ByteBuffer into) -> {
      while (into.hasRemaining()) {
        into.putFloat(value);
      }
    };
  }
}
