package dev.dovetail.weights.tensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the elements of one tensor front to back, row-major, in its own type, little-endian. */
public interface ElementReader extends Closeable {

  /**
   * Fills the rest of {@code into}, which holds a whole number of elements and no more than are
   * left.
   *
   * @param into takes the elements, row-major
   * @throws IOException if the file cannot be read
   */
  void read(ByteBuffer into) throws IOException;

  @Override
  default void close() throws IOException {}
}
