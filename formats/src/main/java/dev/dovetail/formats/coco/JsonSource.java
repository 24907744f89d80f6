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
 * A JSON file, plain or gzip, read value by value; errors name file, record and field.
 *
 * <p>The source stands on a value, which every method that reads or enters one takes. Inside a list
 * {@link #nextElement} and inside an object {@link #nextField} lead to the next.
 */
public abstract class JsonSource implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** Integers beyond it may be rounded where they are written with a fraction. */
  private static final double EXACT = 1L << 53;

  private final Path file;
  private double[] values = new double[256];

  JsonSource(Path file) {
    this.file = file;
  }

  /** What a value is. */
  enum Kind {
    OBJECT,
    LIST,
    TEXT,
    NUMBER,
    TRUE,
    FALSE,
    NULL
  }

  /** What reads one file from its first value to its last; it may have to begin anew. */
  public interface Body<T> {
    /**
     * Reads the value.
     *
     * @param in the file
     * @return what was read
     * @throws IOException if the file cannot be read or is not what was expected
     */
    T read(JsonSource in) throws IOException;
  }

  /**
   * Opens the file, which may be a pipe, lets the body read the one value in it, and closes it
   * again. If {@link PlainSource} declines the file, the body reads it a second time from its
   * start.
   *
   * @param <T> what the body makes of the file
   * @param file the file
   * @param body reads the one value
   * @return what the body read
   * @throws FormatException if it does not exist, is no JSON, ends early or goes on after the value
   */
  public static <T> T read(Path file, Body<T> body) throws IOException {
    requireFile(file);
    try (InputFile in = InputFile.open(file)) {
      return read(file, in.path(), body);
    }
  }

  /**
   * Does the same with a file that is read under another name.
   *
   * @param file what messages call it
   * @param content where its bytes are
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
      throw new FormatException(file + ": there is no such file" + DidYouMean.near(file));
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

  /** {@return the file, as messages call it} */
  public String name() {
    return file.toString();
  }

  /**
   * Names the record that is being read, for errors.
   *
   * @param list the name of the list
   * @param record counted from 0
   */
  public abstract void at(String list, int record);

  /** What the value is; it is not taken. */
  abstract Kind kind() throws IOException;

  /**
   * Leads to the next element of a list; false at its end.
   *
   * @return whether there is one
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract boolean nextElement() throws IOException;

  /**
   * Leads to the next field's value and gives its name; null at the end of the object.
   *
   * @return the name
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract @Nullable String nextField() throws IOException;

  /**
   * Enters a list.
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract void expectArray(String field) throws IOException;

  /**
   * Enters an object.
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract void expectObject(String field) throws IOException;

  /**
   * An integer, also written as 1.0.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract long integer(String field) throws IOException;

  /**
   * A number, to the nearest double; infinite where the file says so, never NaN.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract double number(String field) throws IOException;

  /**
   * A text; empty for null; a number as it is written.
   *
   * @param field the name of the field
   * @return the text
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract String text(String field) throws IOException;

  /** A text of ASCII alone. */
  abstract byte[] ascii(String field) throws IOException;

  /** Takes true, false or null. */
  abstract void literal() throws IOException;

  /**
   * Leaves the value out.
   *
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public abstract void skip() throws IOException;

  /** Where the value is, for {@link #leave}. */
  abstract int mark();

  /**
   * Leaves out what is still to be read of a value.
   *
   * @param value its mark
   * @param problem what is wrong with it
   * @throws FormatException the problem, if the source says no more about it
   */
  abstract void leave(int value, FormatException problem) throws IOException;

  /** The value in words, for errors. */
  abstract String found() throws IOException;

  /**
   * A sentence about a field of the current record.
   *
   * @param field the name of the field
   * @param problem what is wrong with it
   * @return an exception with file and record
   */
  public abstract FormatException error(String field, String problem);

  /**
   * Takes null, if the value is that.
   *
   * @return whether it was null
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public boolean isNull() throws IOException {
    if (kind() != Kind.NULL) {
      return false;
    }
    literal();
    return true;
  }

  /**
   * {@return whether the value is a list; it is not taken}
   *
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public boolean isList() throws IOException {
    return kind() == Kind.LIST;
  }

  /**
   * {@return yes or no, as a truth value or as a number, of which {@code yes} says what it means}
   *
   * @param field the name of the field
   * @param yes which numbers mean yes
   * @throws IOException if the file cannot be read or is not what was expected
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
   * A length in pixels, or a count.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public int size(String field) throws IOException {
    long value = integer(field);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw error(field, "expected a size from 0 to 2147483647, found " + value);
    }
    return (int) value;
  }

  /**
   * A number that is not infinite.
   *
   * @param field the name of the field
   * @return the number
   * @throws IOException if the file cannot be read or is not what was expected
   */
  public double finite(String field) throws IOException {
    double value = number(field);
    if (Double.isInfinite(value)) {
      throw error(field, "is infinite; expected a finite number");
    }
    return value;
  }

  /**
   * {@return a list of numbers, none infinite}
   *
   * @param field the name of the field
   * @throws IOException if the file cannot be read or is not what was expected
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
   * @throws IOException if the file cannot be read or is not what was expected
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

  /** A list of integers. */
  long[] integers(String field) throws IOException {
    expectArray(field);
    LongStream.Builder integers = LongStream.builder();
    while (nextElement()) {
      integers.add(integer(field));
    }
    return integers.build().toArray();
  }

  /** Reads [x, y, width, height]; false for null or an empty list, which stand for no box. */
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

  /** Whether a number with a fraction stands for an integer. */
  static boolean isInteger(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT;
  }
}
