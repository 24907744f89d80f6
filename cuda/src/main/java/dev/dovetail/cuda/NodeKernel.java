package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;

/** The kernel of a fused operator in a graph. ONNX Runtime calls it when the node runs. */
final class NodeKernel implements AutoCloseable {

  private final FusedOp op;
  private final List<TensorType> operands;
  private final int results;
  private final KernelDevice.Loaded kernel;

  /** The number of elements of all sizes. Each is an argument of the kernel. */
  private final int sizes;

  private final int arguments;

  /** The dimensions of the results; empty if they depend on sizes. */
  private final LongPointer[] dims;

  private volatile boolean checked;

  /**
   * @param kernel the kernel, which the caller closes
   */
  NodeKernel(Fusion fusion, KernelDevice.Loaded kernel) {
    this.op = fusion.op();
    this.operands = fusion.operands().stream().map(Tensor::type).toList();
    this.results = fusion.results().size();
    this.kernel = kernel;
    int inSizes = 0;
    int tensors = results;
    for (int i = 0; i < operands.size(); i++) {
      inSizes += op.isSize(i) ? elements(i) : 0;
      tensors += op.isSize(i) ? 0 : 1;
    }
    this.sizes = inSizes;
    this.arguments = inSizes + tensors;
    List<Shape> shapes = fusion.results().stream().map(Tensor::shape).toList();
    this.dims = shapes.stream().allMatch(Shape::isStatic) ? dims(shapes) : new LongPointer[0];
  }

  private static LongPointer[] dims(List<Shape> shapes) {
    return shapes.stream()
        .map(s -> new LongPointer(Arrays.stream(s.dims()).asLongStream().toArray()))
        .toArray(LongPointer[]::new);
  }

  private int elements(int operand) {
    return Math.toIntExact(operands.get(operand).shape().elements());
  }

  /** Launches the kernel on the operands and results that ONNX Runtime passes. */
  void run(RunningNode node) {
    if (!checked) {
      check(node);
      checked = true;
    }
    long[] read = new long[sizes];
    long[] all = new long[arguments];
    int count = 0;
    int sizesRead = 0;
    for (int i = 0; i < operands.size(); i++) {
      if (op.isSize(i)) {
        int n = elements(i);
        node.read(i, read, sizesRead, n);
        System.arraycopy(read, sizesRead, all, count, n);
        sizesRead += n;
        count += n;
      } else {
        all[count++] = node.operand(i);
      }
    }
    LongPointer[] shapes = dims.length > 0 ? dims : dims(op.shapes(operands, read));
    for (int i = 0; i < results; i++) {
      all[count++] = node.result(i, shapes[i]);
    }
    if (shapes != dims) {
      close(shapes); // ONNX Runtime copied them
    }
    kernel.launch(node.stream(), all);
  }

  /**
   * Verifies the shapes that are known in advance: kernels are compiled for them, and those of a
   * session never change.
   */
  private void check(RunningNode node) {
    for (int i = 0; i < operands.size(); i++) {
      long count = node.count(i);
      if (operands.get(i).shape().isStatic() && count != elements(i)) {
        throw new IllegalStateException(
            op.onnxName() + ": operand " + i + " has " + count + " elements, not " + elements(i));
      }
    }
  }

  private static void close(LongPointer[] dims) {
    for (LongPointer d : dims) {
      d.close();
    }
  }

  @Override
  public void close() {
    close(dims);
  }
}
