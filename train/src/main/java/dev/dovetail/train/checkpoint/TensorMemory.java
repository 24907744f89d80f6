package dev.dovetail.train.checkpoint;

import dev.dovetail.train.engine.Tensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Between the memory of libtorch's tensors and files, without a copy in between. */
final class TensorMemory {

  private TensorMemory() {}

  /** A tensor as what a file is written from. It must stay open until then. */
  static TensorSource source(String name, Tensor tensor) {
    return ArrayTensor.of(name, Tensors.elementType(tensor), shape(tensor), Tensors.memory(tensor));
  }

  static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  /** Sets all elements of a tensor, converted to its type; the shapes are the same. */
  static void read(TensorSource from, Tensor into) throws IOException {
    try (Fill fill = new Fill(Tensors.memory(into))) {
      from.writeTo(fill, Tensors.elementType(into));
    }
  }

  /** A channel whose bytes end up in a buffer of that length. */
  private record Fill(ByteBuffer memory) implements WritableByteChannel {

    @Override
    public int write(ByteBuffer from) {
      int length = from.remaining();
      memory.put(from);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
