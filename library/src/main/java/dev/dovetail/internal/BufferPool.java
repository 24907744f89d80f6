package dev.dovetail.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A pool of direct buffers for prepared images. Without it, memory outside the heap would grow
 * until a garbage collection happens to release the old buffers.
 */
final class BufferPool {

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final int usual;

  /**
   * @param usual the minimum capacity of a new buffer in bytes
   */
  BufferPool(int usual) {
    this.usual = usual;
  }

  /** Takes a buffer with {@code bytes} remaining and unspecified content. */
  synchronized ByteBuffer take(int bytes) {
    ByteBuffer buffer = free.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(Math.max(bytes, usual));
    }
    return buffer.clear().limit(bytes);
  }

  /** Returns a buffer to the pool. No one may read it after that. */
  synchronized void give(ByteBuffer buffer) {
    free.push(buffer);
  }
}
