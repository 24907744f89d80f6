package dev.dovetail.train.engine;

import dev.dovetail.graph.Node;
import dev.dovetail.graph.Reduction;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The kernels of {@link Reduction} in libtorch. */
final class ReductionKernels {

  private ReductionKernels() {}

  static Kernel of(Reduction op, Node node, FloatType type) {
    // Libtorch widens sums of small integers, but the graph does not.
    ScalarType result = type.scalar(node.outputs().get(0).dtype());
    if (op instanceof Reduction.Reduce reduce) {
      return Kernel.unary(x -> reduced(reduce, x, result));
    }
    if (op instanceof Reduction.ArgMax max) {
      return Kernel.unary(x -> torch.argmax(x, new LongOptional(max.axis()), max.keep()));
    }
    if (op instanceof Reduction.CumSum sum) {
      return Kernel.unary(x -> torch.cumsum(x, sum.axis(), new ScalarTypeOptional(result)));
    }
    throw Kernels.unknown(op);
  }

  private static Tensor reduced(Reduction.Reduce op, Tensor x, ScalarType result) {
    int axis = op.axis();
    boolean keep = op.keep();
    ScalarTypeOptional as = new ScalarTypeOptional(result);
    return switch (op.kind()) {
      case SUM -> torch.sum(x, new long[] {axis}, keep, as);
      case MEAN -> torch.mean(x, new long[] {axis}, keep, as);
      case MAX -> new Tensor(torch.max(x, axis, keep).get0());
      case MIN -> new Tensor(torch.min(x, axis, keep).get0());
      case PROD -> torch.prod(x, axis, keep, as);
    };
  }
}
