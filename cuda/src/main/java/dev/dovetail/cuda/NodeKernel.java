package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;

/** A fused operator of a session, ready to run. */
final class NodeKernel implements AutoCloseable {

  /**
   * A fused operator of a graph.
   *
   * @param device where it runs
   */
  record Spec(FusedOp op, List<TensorType> operands, List<TensorType> results, KernelDevice device) {

    NodeKernel prepare(DType type) throws KernelException {
      Launch launch =
          Kernels.of(op, operands, type)
              .orElseThrow(() -> new KernelException("there is no kernel for " + op, ""));
      return new NodeKernel(this, device.load(launch));
    }
  }

  private final Spec spec;
  private final KernelDevice.Loaded kernel;
  private final LongPointer[] dims;
  private final int[] ranks;
  private volatile boolean checked;

  private NodeKernel(Spec spec, KernelDevice.Loaded kernel) {
    this.spec = spec;
    this.kernel = kernel;
    int results = spec.results().size();
    this.dims = new LongPointer[results];
    this.ranks = new int[results];
    for (int i = 0; i < results; i++) {
      int[] extents = spec.results().get(i).shape().dims();
      dims[i] = new LongPointer(Arrays.stream(extents).asLongStream().toArray());
      ranks[i] = extents.length;
    }
  }

  /** Launches the kernel on what ONNX Runtime hands over. */
  void run(RunningNode node) {
    int operands = spec.operands().size();
    if (!checked) {
      check(node);
      checked = true;
    }
    long[] addresses = new long[operands + dims.length];
    for (int i = 0; i < operands; i++) {
      addresses[i] = node.operand(i);
    }
    for (int i = 0; i < dims.length; i++) {
      addresses[operands + i] = node.result(i, dims[i], ranks[i]);
    }
    kernel.launch(node.stream(), addresses);
  }

  /** Kernels rely on the shapes that they were made for; those of a session never change. */
  private void check(RunningNode node) {
    for (int i = 0; i < spec.operands().size(); i++) {
      long wanted = spec.operands().get(i).shape().elements();
      if (node.count(i) != wanted) {
        throw new IllegalStateException(
            spec.op().onnxName() + ": operand " + i + " has " + node.count(i) + " elements, not "
                + wanted);
      }
    }
  }

  @Override
  public void close() {
    kernel.close();
    for (LongPointer d : dims) {
      d.close();
    }
  }
}
