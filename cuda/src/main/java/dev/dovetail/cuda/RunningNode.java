package dev.dovetail.cuda;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.onnxruntime.OrtKernelContext;
import org.bytedeco.onnxruntime.OrtTensorTypeAndShapeInfo;
import org.bytedeco.onnxruntime.OrtValue;

/**
 * What ONNX Runtime hands to a node that runs: its operands, its results and its stream. There is
 * one for each thread, so that a node allocates nothing.
 */
final class RunningNode {

  private static final ThreadLocal<RunningNode> OF_THREAD =
      ThreadLocal.withInitial(RunningNode::new);

  private final PointerPointer<Pointer> slot = new PointerPointer<>(1);

  /** The slot read as a number. */
  private final LongPointer address = new LongPointer(slot);

  private final OrtValue value = new OrtValue();
  private final OrtTensorTypeAndShapeInfo info = new OrtTensorTypeAndShapeInfo();
  private final SizeTPointer count = new SizeTPointer(1);
  private OrtKernelContext context = new OrtKernelContext();

  /** {@return this thread's, on a node that runs now} */
  static RunningNode of(OrtKernelContext context) {
    RunningNode node = OF_THREAD.get();
    node.context = context;
    return node;
  }

  /** {@return the address of an operand's elements} */
  long operand(int i) {
    Ort.check(Ort.API.KernelContext_GetInput(context, i, value));
    return elements();
  }

  /** {@return how many elements an operand has} */
  long count(int i) {
    Ort.check(Ort.API.KernelContext_GetInput(context, i, value));
    Ort.check(Ort.API.GetTensorTypeAndShape(value, info));
    try {
      Ort.check(Ort.API.GetTensorShapeElementCount(info, count));
      return count.get();
    } finally {
      Ort.API.ReleaseTensorTypeAndShapeInfo(info);
    }
  }

  /** {@return the address of a result, of the given extents} */
  long result(int i, LongPointer dims, int rank) {
    Ort.check(Ort.API.KernelContext_GetOutput(context, i, dims, rank, value));
    return elements();
  }

  /** {@return the address of the stream that kernels go on; of no meaning on the processor} */
  long stream() {
    Ort.check(Ort.API.KernelContext_GetGPUComputeStream(context, slot));
    return address.get();
  }

  private long elements() {
    Ort.check(Ort.API.GetTensorMutableData(value, slot));
    return address.get();
  }
}
