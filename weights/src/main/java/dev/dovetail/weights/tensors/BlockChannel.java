package dev.dovetail.weights.tensors;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Consumer;

/**
 * A channel that hands on what is written to it, block by block: what reads the elements of a
 * {@link TensorSource} without a file.
 *
 * @param blocks takes each block, and reads it to its end
 */
public record BlockChannel(Consumer<ByteBuffer> blocks) implements WritableByteChannel {

  @Override
  public int write(ByteBuffer block) {
    int length = block.remaining();
    blocks.accept(block);
    return length;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
