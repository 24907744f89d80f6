package dev.dovetail.eval.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Counts of some images of a data set, independent of slicing. One accumulator can add the counts
 * that another one wrote. The sum is bit-identical in any order.
 */
public interface Accumulator {

  /**
   * Writes all counts.
   *
   * @param out the destination
   * @throws IOException if it cannot be written
   */
  void writeTo(DataOutput out) throws IOException;

  /**
   * Adds the counts that an accumulator of the same evaluation wrote.
   *
   * @param in the source
   * @throws IllegalArgumentException if an image is in both
   * @throws IOException if the bytes cannot be read, or were not written by such an accumulator
   */
  void addFrom(DataInput in) throws IOException;
}
