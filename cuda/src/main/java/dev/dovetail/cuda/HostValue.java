package dev.dovetail.cuda;

import dev.dovetail.graph.TensorData;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnxruntime.Value;

/**
 * A value of ONNX Runtime over a tensor in host memory.
 *
 * @param bytes the elements, which the value refers to
 * @param value the value
 */
record HostValue(ByteBuffer bytes, Value value) implements AutoCloseable {

  /** A direct buffer is used in place, others are copied. */
  static HostValue of(TensorData data) {
    ByteBuffer from = data.bytes();
    ByteBuffer bytes =
        from.isDirect()
            ? from
            : ByteBuffer.allocateDirect(Math.max(from.remaining(), 1)).put(from).flip();
    return new HostValue(
        bytes, Values.over(data.type(), new BytePointer(bytes), Ort.HOST.asOrtMemoryInfo()));
  }

  @Override
  public void close() {
    value.close();
  }
}
