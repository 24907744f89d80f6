package dev.dovetail.train.checkpoint;

import dev.dovetail.train.engine.Tensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.BlockChannel;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
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
    from.writeTo(new BlockChannel(Tensors.memory(into)::put), Tensors.elementType(into));
  }
}
