package dev.dovetail.train.engine;

import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Shape;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Movement} in libtorch. */
final class MovementKernels {

  private MovementKernels() {}

  static Kernel of(Movement op, Node node) {
    if (op instanceof Movement.Reshape reshape) {
      long[] dims = Tensors.longs(reshape.target().dims());
      return Kernel.unary(x -> torch.reshape(x, dims));
    }
    if (op instanceof Movement.Transpose transpose) {
      long[] order = longs(transpose.order());
      return Kernel.unary(x -> torch.permute(x, order));
    }
    if (op instanceof Movement.Concat concat) {
      return Kernel.of(in -> torch.cat(new TensorVector(in), concat.axis()));
    }
    if (op instanceof Movement.Split split) {
      long[] sizes = longs(split.sizes());
      return (in, pass) -> pieces(torch.split_with_sizes(in[0], sizes, split.axis()));
    }
    if (op instanceof Movement.Slice slice) {
      return Kernel.unary(
          x ->
              torch.slice(
                  x,
                  slice.axis(),
                  new LongOptional(slice.from()),
                  new LongOptional(slice.to()),
                  slice.step()));
    }
    if (op instanceof Movement.Expand expand) {
      return Kernel.unary(x -> x.expand(broadcast(x.shape(), expand.target())));
    }
    if (op instanceof Movement.Pad pad) {
      long[] pads = pads(pad);
      return Kernel.unary(x -> torch.constant_pad_nd(x, pads, new Scalar(pad.value())));
    }
    if (op instanceof Movement.Unsqueeze unsqueeze) {
      List<Integer> axes = unsqueeze.axes().stream().sorted().toList();
      return Kernel.unary(x -> unsqueezed(x, axes));
    }
    if (op instanceof Movement.Squeeze squeeze) {
      List<Integer> axes = squeeze.axes().stream().sorted(Comparator.reverseOrder()).toList();
      return Kernel.unary(x -> squeezed(x, axes));
    }
    throw Kernels.unknown(op);
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  private static Tensor[] pieces(TensorVector vector) {
    Tensor[] pieces = new Tensor[Math.toIntExact(vector.size())];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = new Tensor(vector.get(i)); // closing the vector also closes its handles
    }
    return pieces;
  }

  /** Returns the shape to which both operands broadcast. */
  private static long[] broadcast(long[] from, Shape target) {
    int rank = Math.max(from.length, target.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long a = i <= from.length ? from[from.length - i] : 1;
      long b = i <= target.rank() ? target.dim(-i) : 1;
      dims[rank - i] = a == 1 ? b : a;
    }
    return dims;
  }

  /** Returns pads in libtorch's order, which starts at the last axis. */
  private static long[] pads(Movement.Pad op) {
    int rank = op.before().size();
    long[] pads = new long[2 * rank];
    for (int i = 0; i < rank; i++) {
      pads[2 * i] = op.before().get(rank - 1 - i);
      pads[2 * i + 1] = op.after().get(rank - 1 - i);
    }
    return pads;
  }

  private static Tensor unsqueezed(Tensor x, List<Integer> ascending) {
    Tensor y = Tensors.again(x);
    for (int axis : ascending) {
      y = torch.unsqueeze(y, axis);
    }
    return y;
  }

  private static Tensor squeezed(Tensor x, List<Integer> descending) {
    Tensor y = Tensors.again(x);
    for (int axis : descending) {
      y = torch.squeeze(y, axis);
    }
    return y;
  }
}
