package dev.dovetail.train.checkpoint;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.BlockChannel;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** A CRC-32C checksum of the names and elements of all tensors, in order. */
final class Checksum {

  /** The metadata key of the checksum. */
  static final String KEY = "crc32c";

  private Checksum() {}

  static String of(Collection<? extends TensorSource> tensors) throws IOException {
    CRC32C sum = new CRC32C();
    for (TensorSource tensor : tensors) {
      sum.update(tensor.name().getBytes(StandardCharsets.UTF_8));
      tensor.writeTo(new BlockChannel(sum::update), tensor.type());
    }
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  static void require(Checkpoint checkpoint) throws IOException {
    if (!of(checkpoint.tensors().values()).equals(checkpoint.meta().get(KEY))) {
      throw new CheckpointException(
          checkpoint.path(),
          "is damaged: its tensors do not match the checksum "
              + checkpoint.meta().get(KEY)
              + " in its metadata"
              + Progress.ADVICE);
    }
  }
}
