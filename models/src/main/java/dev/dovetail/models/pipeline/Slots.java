package dev.dovetail.models.pipeline;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Direct buffers that images are prepared in, used again and again: memory outside the heap would
 * else grow until a garbage collection happens to find the old ones.
 */
final class Slots {

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final int usual;

  /**
   * @param usual bytes that a buffer has at least
   */
  Slots(int usual) {
    this.usual = usual;
  }

  /** A buffer with {@code bytes} remaining, whatever is in it. */
  synchronized ByteBuffer take(int bytes) {
    ByteBuffer slot = free.poll();
    if (slot == null || slot.capacity() < bytes) {
      slot = ByteBuffer.allocateDirect(Math.max(bytes, usual));
    }
    return slot.clear().limit(bytes);
  }

  /** Takes a buffer back that nobody reads any more. */
  synchronized void give(ByteBuffer slot) {
    free.push(slot);
  }
}
