package dev.dovetail.cuda;

import static org.bytedeco.cuda.global.cudart.cudaFreeHost;
import static org.bytedeco.cuda.global.cudart.cudaHostAlloc;
import static org.bytedeco.cuda.global.cudart.cudaHostAllocDefault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Page-locked memory of the host, which a GPU reads and writes by itself. */
final class PinnedMemory implements AutoCloseable {

  private final Pointer at = new Ort.Raw(0);
  private final ByteBuffer bytes;

  PinnedMemory(long size) {
    DeviceMemory.check(cudaHostAlloc(at, Math.max(size, 1), cudaHostAllocDefault));
    bytes = new BytePointer(at).capacity(size).asByteBuffer();
  }

  Pointer pointer() {
    return at;
  }

  /** {@return all of it; not to be used once this is closed} */
  ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    cudaFreeHost(at);
  }
}
