package dev.dovetail.train.checkpoint;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** The CRC-32C of the names and elements of all tensors in their order. */
final class Checksum {

  /** Its place in a file's metadata. */
  static final String KEY = "crc32c";

  private Checksum() {}

  static String of(Collection<? extends TensorSource> tensors) throws IOException {
    try (Sum sum = new Sum(new CRC32C())) {
      for (TensorSource tensor : tensors) {
        sum.crc().update(tensor.name().getBytes(StandardCharsets.UTF_8));
        tensor.writeTo(sum, tensor.type());
      }
      return HexFormat.of().toHexDigits((int) sum.crc().getValue());
    }
  }

  static void require(Checkpoint checkpoint) throws IOException {
    if (!of(checkpoint.tensors().values()).equals(checkpoint.meta().get(KEY))) {
      throw new CheckpointException(
          checkpoint.path(),
          "is damaged: its tensors do not have the checksum "
              + checkpoint.meta().get(KEY)
              + " that it gives"
              + Progress.ADVICE);
    }
  }

  private record Sum(CRC32C crc) implements WritableByteChannel {

    @Override
    public int write(ByteBuffer bytes) {
      int length = bytes.remaining();
      crc.update(bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
