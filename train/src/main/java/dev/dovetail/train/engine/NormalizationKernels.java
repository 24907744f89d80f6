package dev.dovetail.train.engine;

import dev.dovetail.graph.Node;
import dev.dovetail.graph.Normalization;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The kernels of {@link Normalization} in libtorch. */
final class NormalizationKernels {

  /** The weight of the batch statistics in the running statistics, as in PyTorch's default. */
  private static final double MOMENTUM = 0.1;

  private NormalizationKernels() {}

  static Kernel of(Normalization op, Node node) {
    if (op instanceof Normalization.LayerNorm norm) {
      return Kernel.of(
          in ->
              torch.layer_norm(
                  in[0],
                  new long[] {in[0].size(-1)},
                  new TensorOptional(in[1]),
                  new TensorOptional(in[2]),
                  norm.epsilon(),
                  false));
    }
    if (op instanceof Normalization.BatchNorm norm) {
      return (in, pass) -> new Tensor[] {batchNorm(norm, in, pass, node)};
    }
    if (op instanceof Normalization.InstanceNorm norm) {
      return Kernel.of(
          in ->
              torch.instance_norm(
                  in[0],
                  new TensorOptional(in[1]),
                  new TensorOptional(in[2]),
                  new TensorOptional(),
                  new TensorOptional(),
                  true,
                  MOMENTUM,
                  norm.epsilon(),
                  false));
    }
    if (op instanceof Normalization.Softmax softmax) {
      return Kernel.unary(x -> torch.softmax(x, softmax.axis()));
    }
    throw Kernels.unknown(op);
  }

  private static Tensor batchNorm(Normalization.BatchNorm op, Tensor[] in, Pass pass, Node node) {
    long values = in[0].numel() / in[0].size(1);
    if (pass.training() && values < 2) {
      throw new IllegalArgumentException(
          "the batch norm '"
              + node.scope()
              + "' has a single value per channel, so the variance is undefined; use a larger"
              + " batch (training.batch=2) or larger images");
    }
    return torch.batch_norm(
        in[0],
        new TensorOptional(in[1]),
        new TensorOptional(in[2]),
        new TensorOptional(in[3]),
        new TensorOptional(in[4]),
        pass.training(),
        MOMENTUM,
        op.epsilon(),
        true);
  }
}
