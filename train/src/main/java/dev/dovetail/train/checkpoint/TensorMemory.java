package dev.dovetail.train.checkpoint;

import dev.dovetail.train.engine.Tensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.BlockChannel;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Transfers libtorch tensors to and from files without copying them. */
final class TensorMemory {

  private TensorMemory() {}

  /** Returns a tensor in the form that files are written from. It must remain open until then. */
  static TensorSource source(String name, Tensor tensor) {
    return ArrayTensor.of(name, Tensors.elementType(tensor), shape(tensor), Tensors.memory(tensor));
  }

  static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  /** Sets all elements of a tensor, converted to its type. The shapes must be equal. */
  static void read(TensorSource from, Tensor into) throws IOException {
    from.writeTo(new BlockChannel(Tensors.memory(into)::put), Tensors.elementType(into));
  }
}
