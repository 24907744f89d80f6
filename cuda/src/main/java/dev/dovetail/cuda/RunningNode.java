package dev.dovetail.cuda;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.onnxruntime.OrtKernelContext;
import org.bytedeco.onnxruntime.OrtTensorTypeAndShapeInfo;
import org.bytedeco.onnxruntime.OrtValue;

/**
 * The context of a running node: its operands, its results and its stream. There is one object per
 * thread, so that nodes allocate nothing.
 */
final class RunningNode {

  private static final ThreadLocal<RunningNode> OF_THREAD =
      ThreadLocal.withInitial(RunningNode::new);

  private final PointerPointer<Pointer> slot = new PointerPointer<>(1);

  /** The content of the slot as a number. */
  private final LongPointer address = new LongPointer(slot);

  private final OrtValue value = new OrtValue();
  private final OrtTensorTypeAndShapeInfo info = new OrtTensorTypeAndShapeInfo();
  private final SizeTPointer count = new SizeTPointer(1);
  private OrtKernelContext context = new OrtKernelContext();

  /** {@return the object of this thread for the node that is running} */
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

  /**
   * Reads elements of an int64 operand in the CPU's memory.
   *
   * @param i the operand
   * @param to receives the elements
   * @param from the index of the first one in {@code to}
   * @param count the number of elements
   */
  void read(int i, long[] to, int from, int count) {
    Ort.check(Ort.API.KernelContext_GetInput(context, i, value));
    Ort.check(Ort.API.GetTensorMutableData(value, slot));
    new LongPointer(slot.get(0)).get(to, from, count);
  }

  /** {@return the number of elements of an operand} */
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

  /** {@return the address of a result with the specified dimensions} */
  long result(int i, LongPointer dims) {
    Ort.check(Ort.API.KernelContext_GetOutput(context, i, dims, dims.limit(), value));
    return elements();
  }

  /** {@return the address of the stream for kernel launches; meaningless on the CPU} */
  long stream() {
    Ort.check(Ort.API.KernelContext_GetGPUComputeStream(context, slot));
    return address.get();
  }

  private long elements() {
    Ort.check(Ort.API.GetTensorMutableData(value, slot));
    return address.get();
  }
}
