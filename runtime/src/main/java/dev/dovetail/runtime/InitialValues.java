package dev.dovetail.runtime;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import dev.dovetail.graph.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** Writes files with the initial values of parameters. The values are the same in each run. */
final class InitialValues {

  private static final long SEED = 20_240_229;

  private InitialValues() {}

  /** Returns the initial values of {@code p} in the element type {@code type}. */
  static Path file(DerivedFiles derived, Parameter p, DType type) throws IOException {
    String name = TensorIdentity.of(SEED + " " + p);
    Path floats = derived.get(name + "." + DType.FLOAT32, out -> fill(p, out));
    return type == DType.FLOAT32
        ? floats
        : derived.get(name + "." + type, out -> convert(floats, type, out));
  }

  private static void fill(Parameter p, FileChannel out) throws IOException {
    var random = new SplittableRandom(SEED ^ p.name().hashCode());
    long bytes = p.shape().elements() * Float.BYTES;
    p.init()
        .fill(
            little(out.map(FileChannel.MapMode.READ_WRITE, 0, bytes)).asFloatBuffer(),
            p.shape(),
            random);
  }

  private static void convert(Path floats, DType type, FileChannel out) throws IOException {
    try (FileChannel in = FileChannel.open(floats, StandardOpenOption.READ)) {
      FloatBuffer from =
          little(in.map(FileChannel.MapMode.READ_ONLY, 0, in.size())).asFloatBuffer();
      long bytes = (long) from.remaining() * type.bytes();
      ByteBuffer to = little(out.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
      while (from.hasRemaining()) {
        switch (type) {
          case FLOAT16 -> to.putShort(Half.fromFloat(from.get()));
          case INT64 -> to.putLong((long) from.get());
          default ->
              throw new IllegalArgumentException("no support for initial values of type " + type);
        }
      }
    }
  }

  private static ByteBuffer little(ByteBuffer bytes) {
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }
}
