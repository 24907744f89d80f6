package dev.dovetail.cuda;

import static org.bytedeco.cuda.global.cudart.cudaFreeHost;
import static org.bytedeco.cuda.global.cudart.cudaHostAlloc;
import static org.bytedeco.cuda.global.cudart.cudaHostAllocDefault;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Host memory that GPUs copy from and to directly, released when this object is closed. */
final class PinnedMemory implements AutoCloseable {

  private final Pointer at = new Ort.Raw(0);
  private final long bytes;

  PinnedMemory(long bytes) {
    this.bytes = bytes;
    DeviceMemory.check(cudaHostAlloc(at, Math.max(bytes, 1), cudaHostAllocDefault));
  }

  Pointer pointer() {
    return at;
  }

  /** {@return the memory as a buffer, which is valid until this object is closed} */
  ByteBuffer buffer() {
    return bytes == 0
        ? ByteBuffer.allocateDirect(0)
        : new BytePointer(at).capacity(bytes).asByteBuffer();
  }

  @Override
  public void close() {
    cudaFreeHost(at);
  }
}
