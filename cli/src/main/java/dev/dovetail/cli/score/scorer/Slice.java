package dev.dovetail.cli.score.scorer;

import dev.dovetail.eval.Slices;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of several equal parts of the images of a data set, in order.
 *
 * @param number the number of the part, from 1
 * @param count the number of parts
 */
public record Slice(int number, int count) {

  public static final Slice WHOLE = new Slice(1, 1);

  /** Returns the index of the first image of the part. */
  public int from(int images) {
    return Slices.bound(images, number - 1, count);
  }

  /** Returns the index after the last image of the part. */
  public int to(int images) {
    return Slices.bound(images, number, count);
  }

  /** Reads {@code I/N}. */
  public static final class Converter implements ITypeConverter<Slice> {
    @Override
    public Slice convert(String text) {
      if (text.matches("[0-9]{1,9}/[0-9]{1,9}")) {
        String[] numbers = text.split("/");
        Slice slice = new Slice(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        if (slice.number >= 1 && slice.number <= slice.count) {
          return slice;
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is not a valid slice; expected I/N from 1/N to N/N, such as 2/8");
    }
  }
}
