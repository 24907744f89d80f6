package dev.dovetail.data.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A JSON file, plain or gzip, read token by token; errors name file, record and field. */
public final class JsonSource implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** Integers beyond it may be rounded where they are written with a fraction. */
  private static final double EXACT = 1L << 53;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python writes NaN and Infinity; they are refused by name, not as broken JSON.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final Path file;
  private final JsonParser parser;
  private String list = "";
  private int record = -1;
  private double[] values = new double[256];

  private JsonSource(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** What reads one file from its first token to its last. */
  public interface Body<T> {
    T read(JsonSource in) throws IOException;
  }

  /**
   * Opens the file, lets the body read the one value in it, and closes it again.
   *
   * @throws CocoFormatException if it does not exist, is no JSON, ends early or goes on after the
   *     value
   */
  public static <T> T read(Path file, Body<T> body) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CocoFormatException(file + ": there is no such file");
    }
    try (InputStream bytes = open(file);
        JsonSource in = new JsonSource(file, JSON.createParser(bytes))) {
      return in.whole(body);
    } catch (EOFException | ZipException e) {
      throw new CocoFormatException(file + ": the gzip data is damaged or ends early", e);
    }
  }

  private <T> T whole(Body<T> body) throws IOException {
    try {
      T value = body.read(this);
      if (parser.nextToken() != null) {
        throw error("", "the file goes on after its end");
      }
      return value;
    } catch (JsonEOFException e) {
      throw broken("the JSON ends early; is the file cut off?", e);
    } catch (JsonProcessingException e) {
      throw broken("this is not valid JSON (" + firstLine(e.getOriginalMessage()) + ")", e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return gzip ? new GZIPInputStream(raw, BUFFER) : raw;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").trim();
  }

  /** Names the record that is being read, for errors. */
  public void at(String list, int record) {
    this.list = list;
    this.record = record;
  }

  /** The file, as messages call it. */
  public String name() {
    return file.toString();
  }

  public JsonParser parser() {
    return parser;
  }

  public JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw broken("the JSON ends early; is the file cut off?", null);
    }
    return token;
  }

  /** The next field's name with the parser on its value, or null at the end of the object. */
  public String nextField() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = parser.currentName();
    next();
    return name;
  }

  /** Enters an array value. */
  public void expectArray(String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw error(field, "expected a list, found " + found());
    }
  }

  /** Enters an object value. */
  public void expectObject(String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw error(field, "expected an object, found " + found());
    }
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** An integer, also written as 1.0. */
  public long integer(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw error(field, "expected an integer of 64 bits, found " + parser.getText());
      }
      return parser.getLongValue();
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      double value = parser.getDoubleValue();
      if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
        return (long) value;
      }
    }
    throw error(field, "expected an integer, found " + found());
  }

  /** A length in pixels, or a count. */
  public int size(String field) throws IOException {
    long value = integer(field);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw error(field, "expected a size from 0 to 2147483647, found " + value);
    }
    return (int) value;
  }

  /** A number, to the nearest double; infinite where the file says so. */
  public double number(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw error(field, "expected a number, found " + found());
    }
    double value = parser.getDoubleValue();
    if (Double.isNaN(value)) {
      throw error(field, "is NaN, which has no place in a score, a box or an area");
    }
    return value;
  }

  /** A number that is not infinite. */
  public double finite(String field) throws IOException {
    double value = number(field);
    if (Double.isInfinite(value)) {
      throw error(field, "is infinite; expected a finite number");
    }
    return value;
  }

  /** A list of numbers, none infinite. */
  double[] finites(String field) throws IOException {
    expectArray(field);
    int n = 0;
    while (next() != JsonToken.END_ARRAY) {
      if (n == values.length) {
        values = Arrays.copyOf(values, 2 * n);
      }
      values[n++] = finite(field);
    }
    return Arrays.copyOf(values, n);
  }

  /** A list of integers. */
  long[] integers(String field) throws IOException {
    expectArray(field);
    LongStream.Builder integers = LongStream.builder();
    while (next() != JsonToken.END_ARRAY) {
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
    while (next() != JsonToken.END_ARRAY) {
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

  public String text(String field) throws IOException {
    if (isNull()) {
      return "";
    }
    if (!parser.currentToken().isScalarValue()) {
      throw error(field, "expected a text, found " + found());
    }
    return parser.getText();
  }

  public void skip() throws IOException {
    parser.skipChildren();
    if (parser.currentToken() == null) {
      throw broken("the JSON ends early; is the file cut off?", null);
    }
  }

  String found() throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_NULL -> "null";
      case VALUE_STRING -> "the text \"" + shortened(parser.getText()) + "\"";
      default -> parser.getText();
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /** A sentence about a field of the current record. */
  public CocoFormatException error(String field, String problem) {
    return new CocoFormatException(
        where() + (field.isEmpty() ? "" : (record < 0 ? ": " : ".") + field) + ": " + problem);
  }

  private CocoFormatException broken(String problem, Throwable cause) {
    return new CocoFormatException(where() + ": " + problem, cause);
  }

  /** File, line where there are several, and record. */
  private String where() {
    int line = parser.currentLocation().getLineNr();
    String record = this.record < 0 ? "" : ": " + list + "[" + this.record + "]";
    return file + (line > 1 ? ":" + line : "") + record;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
