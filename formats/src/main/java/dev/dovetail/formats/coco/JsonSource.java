package dev.dovetail.formats.coco;

import dev.dovetail.files.DidYouMean;
import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.files.InputFile;
import dev.dovetail.formats.FormatException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file, plain or compressed with gzip, read value by value. Errors name file, record and
 * field.
 *
 * <p>A source has a current value, which is consumed by every method that reads or enters one.
 * {@link #nextElement} advances inside a list, and {@link #nextField} inside an object.
 */
public abstract class JsonSource implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** The largest integer that is exact if written with a fraction. */
  private static final double EXACT = 1L << 53;

  private final Path file;
  private double[] values = new double[256];

  JsonSource(Path file) {
    this.file = file;
  }

  /** The type of a value. */
  enum Kind {
    OBJECT,
    LIST,
    TEXT,
    NUMBER,
    TRUE,
    FALSE,
    NULL
  }

  /**
   * Reads one file from its first value to its last. It may be called a second time to start over.
   */
  public interface Body<T> {
    /**
     * Reads the value.
     *
     * @param in the file
     * @return the result
     * @throws IOException if the file cannot be read or has another format
     */
    T read(JsonSource in) throws IOException;
  }

  /**
   * Opens the file, which may be a pipe, lets the body read its single value, and closes the file.
   * If {@link PlainSource} declines the file, the body reads it a second time from its start.
   *
   * @param <T> the type of the result
   * @param file the file
   * @param body reads the value
   * @return the result of the body
   * @throws FormatException if the file does not exist, is not JSON, ends early or has data after
   *     the value
   */
  public static <T> T read(Path file, Body<T> body) throws IOException {
    requireFile(file);
    try (InputFile in = InputFile.open(file)) {
      return read(file, in.path(), body);
    }
  }

  /**
   * Reads a file under another name.
   *
   * @param file the name in messages
   * @param content the file to read
   */
  static <T> T read(Path file, Path content, Body<T> body) throws IOException {
    if (GitLfsPointer.is(content)) {
      throw new FormatException(file + ": " + GitLfsPointer.PROBLEM);
    }
    try {
      return readPlain(file, content, body);
    } catch (FormatException | EOFException | ZipException e) {
      return readWithJackson(file, content, body);
    }
  }

  static <T> T readPlain(Path file, Path content, Body<T> body) throws IOException {
    try (InputStream bytes = open(content);
        PlainSource in = PlainSource.of(file, bytes)) {
      T value = body.read(in);
      in.expectEnd();
      return value;
    }
  }

  static <T> T readWithJackson(Path file, Path content, Body<T> body) throws IOException {
    try (InputStream bytes = open(content);
        JacksonSource in = new JacksonSource(file, bytes)) {
      return in.whole(body);
    } catch (EOFException | ZipException e) {
      throw new FormatException(file + ": the gzip data is damaged or ends early", e);
    }
  }

  static void requireFile(Path file) throws FormatException {
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw new FormatException(file + " does not exist" + DidYouMean.near(file));
    }
  }

  static boolean isGzip(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file)) {
      return raw.read() == 0x1f && raw.read() == 0x8b;
    }
  }

  private static InputStream open(Path file) throws IOException {
    return isGzip(file)
        ? new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER), BUFFER)
        : Files.newInputStream(file);
  }

  /** {@return the name of the file in messages} */
  public String name() {
    return file.toString();
  }

  /**
   * Sets the current record for errors.
   *
   * @param list the name of the list
   * @param record its index
   */
  public abstract void at(String list, int record);

  /** Returns the type of the current value without consuming it. */
  abstract Kind kind() throws IOException;

  /**
   * Advances to the next element of a list.
   *
   * @return whether there is one
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract boolean nextElement() throws IOException;

  /**
   * Advances to the value of the next field.
   *
   * @return the name of the field; null at the end of the object
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract @Nullable String nextField() throws IOException;

  /**
   * Enters a list.
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract void expectArray(String field) throws IOException;

  /**
   * Enters an object.
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract void expectObject(String field) throws IOException;

  /**
   * Reads an integer, which may be written as 1.0.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract long integer(String field) throws IOException;

  /**
   * Reads a number as the nearest double. It may be infinite, but not NaN.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract double number(String field) throws IOException;

  /**
   * Reads a string. Null is returned as an empty string, and a number in its notation in the file.
   *
   * @param field the name of the field
   * @return the string
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract String text(String field) throws IOException;

  /** Reads a string that contains only ASCII. */
  abstract byte[] ascii(String field) throws IOException;

  /** Consumes true, false or null. */
  abstract void literal() throws IOException;

  /**
   * Skips the value.
   *
   * @throws IOException if the file cannot be read or has another format
   */
  public abstract void skip() throws IOException;

  /** Returns the position of the value, for {@link #leave}. */
  abstract int mark();

  /**
   * Skips the rest of a value.
   *
   * @param value its mark
   * @param problem with the value
   * @throws FormatException with the problem, if the source cannot continue
   */
  abstract void leave(int value, FormatException problem) throws IOException;

  /** Describes the value for errors. */
  abstract String found() throws IOException;

  /**
   * Creates an exception about a field of the current record.
   *
   * @param field the name of the field
   * @param problem with the field
   * @return an exception with file and record
   */
  public abstract FormatException error(String field, String problem);

  /**
   * Consumes the value if it is null.
   *
   * @return whether it was null
   * @throws IOException if the file cannot be read or has another format
   */
  public boolean isNull() throws IOException {
    if (kind() != Kind.NULL) {
      return false;
    }
    literal();
    return true;
  }

  /**
   * {@return whether the value is a list; it is not consumed}
   *
   * @throws IOException if the file cannot be read or has another format
   */
  public boolean isList() throws IOException {
    return kind() == Kind.LIST;
  }

  /**
   * {@return a Boolean value, which may be written as a number}
   *
   * @param field the name of the field
   * @param yes whether a number means true
   * @throws IOException if the file cannot be read or has another format
   */
  public boolean flag(String field, DoublePredicate yes) throws IOException {
    Kind kind = kind();
    if (kind != Kind.TRUE && kind != Kind.FALSE) {
      return yes.test(number(field));
    }
    literal();
    return kind == Kind.TRUE;
  }

  /**
   * Reads a length in pixels, or a count.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or has another format
   */
  public int size(String field) throws IOException {
    long value = integer(field);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw error(field, "expected a size from 0 to 2147483647, found " + value);
    }
    return (int) value;
  }

  /**
   * Reads a finite number.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or has another format
   */
  public double finite(String field) throws IOException {
    double value = number(field);
    if (Double.isInfinite(value)) {
      throw error(field, "is infinite; expected a finite number");
    }
    return value;
  }

  /**
   * {@return a list of finite numbers}
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or has another format
   */
  public double[] finites(String field) throws IOException {
    expectArray(field);
    int n = 0;
    while (nextElement()) {
      if (n == values.length) {
        values = Arrays.copyOf(values, 2 * n);
      }
      values[n++] = finite(field);
    }
    return Arrays.copyOf(values, n);
  }

  /**
   * {@return the values x0, y0, x1, y1, … of a list of points, each a list of two numbers}
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or has another format
   */
  public double[] points(String field) throws IOException {
    DoubleStream.Builder points = DoubleStream.builder();
    expectArray(field);
    for (int n = 0; nextElement(); n++) {
      double[] point = finites(field + "[" + n + "]");
      if (point.length != 2) {
        throw error(field + "[" + n + "]", "has " + point.length + " numbers; expected x and y");
      }
      points.add(point[0]).add(point[1]);
    }
    return points.build().toArray();
  }

  /** Reads a list of integers. */
  long[] integers(String field) throws IOException {
    expectArray(field);
    LongStream.Builder integers = LongStream.builder();
    while (nextElement()) {
      integers.add(integer(field));
    }
    return integers.build().toArray();
  }

  /**
   * Reads [x, y, width, height]. Returns false for null or an empty list, which represent a missing
   * box.
   */
  boolean box(String field, double[] into) throws IOException {
    if (isNull()) {
      return false;
    }
    expectArray(field);
    int n = 0;
    while (nextElement()) {
      double value = finite(field);
      if (n < 4) {
        into[n] = value;
      }
      n++;
    }
    if (n != 0 && n != 4) {
      throw error(field, "has " + n + " numbers; expected four: x, y, width, height");
    }
    return n == 4;
  }

  /** Returns whether a number with a fraction is an exact integer. */
  static boolean isInteger(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT;
  }
}
