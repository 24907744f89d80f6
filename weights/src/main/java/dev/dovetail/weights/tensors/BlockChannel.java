package dev.dovetail.weights.tensors;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Consumer;

/**
 * A channel that passes written data on, block by block, so that the elements of a {@link
 * TensorSource} can be processed without a file.
 *
 * @param blocks receives each block, and reads it to its end
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
