package dev.dovetail.cuda;

import static org.bytedeco.cuda.global.cudart.cudaFree;
import static org.bytedeco.cuda.global.cudart.cudaMalloc;
import static org.bytedeco.cuda.global.cudart.cudaMemGetInfo;
import static org.bytedeco.cuda.global.cudart.cudaMemcpy;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyHostToDevice;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/** GPU memory at a fixed address, which is released when this object is closed. */
final class DeviceMemory implements AutoCloseable {

  private final Pointer at = new Ort.Raw(0);
  private final long bytes;

  DeviceMemory(long bytes) {
    this.bytes = bytes;
    check(cudaMalloc(at, Math.max(bytes, 1)));
  }

  /** {@return the address, which is only valid on the device} */
  Pointer pointer() {
    return at;
  }

  void write(ByteBuffer from) {
    ByteBuffer direct = from.isDirect() ? from : copied(from);
    check(cudaMemcpy(at, new Pointer(direct), bytes, cudaMemcpyHostToDevice));
  }

  private static ByteBuffer copied(ByteBuffer from) {
    return ByteBuffer.allocateDirect(from.remaining()).put(from.duplicate()).flip();
  }

  /** {@return the free memory of the current device in bytes} */
  static long free() {
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      check(cudaMemGetInfo(free, total));
      return free.get();
    }
  }

  static void check(int code) {
    if (code != 0) {
      throw new IllegalStateException(
          org.bytedeco.cuda.global.cudart.cudaGetErrorString(code).getString());
    }
  }

  @Override
  public void close() {
    cudaFree(at);
  }
}
