package dev.dovetail.train.engine;

import dev.dovetail.graph.Selection;
import dev.dovetail.graph.TensorData;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Selection} in libtorch, or on the host if libtorch has none. */
final class SelectionKernels {

  private SelectionKernels() {}

  static Kernel of(Selection op) {
    if (op instanceof Selection.TopK top) {
      return (in, pass) -> topK(top, in[0]);
    }
    if (op instanceof Selection.NonZero) {
      return Kernel.unary(x -> torch.nonzero(x).t());
    }
    if (op instanceof Selection.NonMaxSuppression suppression) {
      return Kernel.binary(
          (boxes, scores) -> {
            TensorData b = Tensors.data(boxes);
            TensorData s = Tensors.data(scores);
            return Tensors.of(GreedySuppression.apply(suppression, b, s), FloatType.FLOAT32);
          });
    }
    throw Kernels.unknown(op);
  }

  /** Sorts stably, because libtorch's {@code topk} does not keep the order of equal elements. */
  private static Tensor[] topK(Selection.TopK op, Tensor x) {
    T_TensorTensor_T sorted = torch.sort(x, new BoolOptional(true), op.axis(), op.largest());
    return new Tensor[] {
      sorted.get0().narrow(op.axis(), 0, op.k()), sorted.get1().narrow(op.axis(), 0, op.k())
    };
  }
}
