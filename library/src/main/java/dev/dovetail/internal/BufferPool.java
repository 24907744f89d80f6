package dev.dovetail.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Direct buffers that images are prepared in, used again and again: memory outside the heap would
 * else grow until a garbage collection happens to find the old ones.
 */
final class BufferPool {

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final int usual;

  /**
   * @param usual bytes that a buffer has at least
   */
  BufferPool(int usual) {
    this.usual = usual;
  }

  /** A buffer with {@code bytes} remaining, whatever is in it. */
  synchronized ByteBuffer take(int bytes) {
    ByteBuffer buffer = free.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(Math.max(bytes, usual));
    }
    return buffer.clear().limit(bytes);
  }

  /** Takes a buffer back that nobody reads any more. */
  synchronized void give(ByteBuffer buffer) {
    free.push(buffer);
  }
}
