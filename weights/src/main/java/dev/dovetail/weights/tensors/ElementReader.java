package dev.dovetail.weights.tensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the elements of one tensor sequentially, row-major, in its own type, little-endian. */
public interface ElementReader extends Closeable {

  /**
   * Fills the rest of {@code into}, whose size is a multiple of the element size and at most the
   * remaining elements.
   *
   * @param into receives the elements, row-major
   * @throws IOException if the file cannot be read
   */
  void read(ByteBuffer into) throws IOException;

  @Override
  default void close() throws IOException {}
}
