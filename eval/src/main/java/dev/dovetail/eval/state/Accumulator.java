package dev.dovetail.eval.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Counts of some images of a set, in a form that does not depend on how the set was cut: what one
 * accumulator writes another adds, and the sum is the same to the last bit in any order.
 */
public interface Accumulator {

  /**
   * Writes all that was accumulated.
   *
   * @param out takes the bytes
   * @throws IOException if it cannot be written
   */
  void writeTo(DataOutput out) throws IOException;

  /**
   * Adds what an accumulator of the same evaluation wrote.
   *
   * @param in gives the bytes
   * @throws IllegalArgumentException if an image is in both
   * @throws IOException if they cannot be read, or are none of such an accumulator
   */
  void addFrom(DataInput in) throws IOException;
}
