package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;

/** The kernel of a fused operator in a graph. ONNX Runtime calls it when the node runs. */
final class NodeKernel implements AutoCloseable {

  private final String name;
  private final List<Long> operands;
  private final KernelDevice.Loaded kernel;
  private final LongPointer[] dims;
  private final int[] ranks;
  private volatile boolean checked;

  /**
   * @param kernel the kernel, which the caller closes
   */
  NodeKernel(Fusion fusion, KernelDevice.Loaded kernel) {
    this.name = fusion.op().onnxName();
    this.operands = fusion.operands().stream().map(t -> t.shape().elements()).toList();
    this.kernel = kernel;
    List<Shape> results = fusion.results().stream().map(Tensor::shape).toList();
    this.dims = new LongPointer[results.size()];
    this.ranks = new int[results.size()];
    for (int i = 0; i < dims.length; i++) {
      int[] extents = results.get(i).dims();
      dims[i] = new LongPointer(Arrays.stream(extents).asLongStream().toArray());
      ranks[i] = extents.length;
    }
  }

  /** Launches the kernel on the operands and results that ONNX Runtime passes. */
  void run(RunningNode node) {
    if (!checked) {
      check(node);
      checked = true;
    }
    long[] addresses = new long[operands.size() + dims.length];
    for (int i = 0; i < operands.size(); i++) {
      addresses[i] = node.operand(i);
    }
    for (int i = 0; i < dims.length; i++) {
      addresses[operands.size() + i] = node.result(i, dims[i], ranks[i]);
    }
    kernel.launch(node.stream(), addresses);
  }

  /**
   * Verifies a shape: kernels are compiled for fixed shapes, and those of a session never change.
   */
  private void check(RunningNode node) {
    for (int i = 0; i < operands.size(); i++) {
      long count = node.count(i);
      if (count != operands.get(i)) {
        throw new IllegalStateException(
            name + ": operand " + i + " has " + count + " elements, not " + operands.get(i));
      }
    }
  }

  @Override
  public void close() {
    for (LongPointer d : dims) {
      d.close();
    }
  }
}
