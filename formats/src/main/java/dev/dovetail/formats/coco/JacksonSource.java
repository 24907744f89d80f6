package dev.dovetail.formats.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A JSON file read by Jackson, with error messages for invalid JSON. */
final class JacksonSource extends JsonSource {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python writes NaN and Infinity. They are rejected by name, not as invalid JSON.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final JsonParser parser;
  private String list = "";
  private int record = -1;

  JacksonSource(Path file, InputStream bytes) throws IOException {
    super(file);
    this.parser = JSON.createParser(bytes);
  }

  /** Lets the body read the single value of the file. */
  <T> T whole(Body<T> body) throws IOException {
    try {
      next();
      T value = body.read(this);
      if (parser.nextToken() != null) {
        throw error("", "unexpected data after the end of the JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      String reason = firstLine(e.getOriginalMessage());
      throw broken(
          // Between two elements, Jackson throws no specific exception.
          e instanceof JsonEOFException || reason.startsWith("Unexpected end-of-input")
              ? "the JSON ends early; is the file truncated?"
              : "this is not valid JSON (" + reason + ")",
          e);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").trim();
  }

  @Override
  public void at(String list, int record) {
    this.list = list;
    this.record = record;
  }

  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw broken("the JSON ends early; is the file truncated?", null);
    }
    return token;
  }

  @Override
  Kind kind() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Kind.OBJECT;
      case START_ARRAY -> Kind.LIST;
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
      case VALUE_TRUE -> Kind.TRUE;
      case VALUE_FALSE -> Kind.FALSE;
      case VALUE_NULL -> Kind.NULL;
      default -> throw new IllegalStateException("no value is read here");
    };
  }

  @Override
  public boolean nextElement() throws IOException {
    return next() != JsonToken.END_ARRAY;
  }

  @Override
  public @Nullable String nextField() throws IOException {
    if (next() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = parser.currentName();
    next();
    return name;
  }

  @Override
  public void expectArray(String field) throws IOException {
    if (kind() != Kind.LIST) {
      throw error(field, "expected a list, found " + found());
    }
  }

  @Override
  public void expectObject(String field) throws IOException {
    if (kind() != Kind.OBJECT) {
      throw error(field, "expected an object, found " + found());
    }
  }

  @Override
  public long integer(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw error(field, "expected an integer of 64 bits, found " + parser.getText());
      }
      return parser.getLongValue();
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT && isInteger(parser.getDoubleValue())) {
      return (long) parser.getDoubleValue();
    }
    throw error(field, "expected an integer, found " + found());
  }

  @Override
  public double number(String field) throws IOException {
    if (kind() != Kind.NUMBER) {
      throw error(field, "expected a number, found " + found());
    }
    double value = parser.getDoubleValue();
    if (Double.isNaN(value)) {
      throw error(field, "is NaN, which is not valid for a score, a box or an area");
    }
    return value;
  }

  @Override
  public String text(String field) throws IOException {
    if (isNull()) {
      return "";
    }
    if (!parser.currentToken().isScalarValue()) {
      throw error(field, "expected a string, found " + found());
    }
    return parser.getText();
  }

  @Override
  byte[] ascii(String field) throws IOException {
    char[] chars = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    byte[] bytes = new byte[parser.getTextLength()];
    for (int i = 0; i < bytes.length; i++) {
      char c = chars[offset + i];
      if (c > 127) {
        throw error(field, "character " + i + " is not valid in a count string");
      }
      bytes[i] = (byte) c;
    }
    return bytes;
  }

  @Override
  void literal() {
    // The parser skips a scalar when it advances.
  }

  @Override
  public void skip() throws IOException {
    parser.skipChildren();
    if (parser.currentToken() == null) {
      throw broken("the JSON ends early; is the file truncated?", null);
    }
  }

  @Override
  int mark() {
    return depth() - (parser.currentToken().isStructStart() ? 1 : 0);
  }

  @Override
  void leave(int value, FormatException problem) throws IOException {
    while (depth() > value) {
      next();
    }
  }

  private int depth() {
    return parser.getParsingContext().getNestingDepth();
  }

  @Override
  String found() throws IOException {
    return switch (kind()) {
      case OBJECT -> "an object";
      case LIST -> "a list";
      case NULL -> "null";
      case TEXT -> "the string \"" + shortened(parser.getText()) + "\"";
      default -> parser.getText();
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  @Override
  public FormatException error(String field, String problem) {
    return new FormatException(
        where() + (field.isEmpty() ? "" : (record < 0 ? ": " : ".") + field) + ": " + problem);
  }

  private FormatException broken(String problem, Throwable cause) {
    return new FormatException(where() + ": " + problem, cause);
  }

  /** Returns file, line (if there are several) and record. */
  private String where() {
    int line = parser.currentLocation().getLineNr();
    String record = this.record < 0 ? "" : ": " + list + "[" + this.record + "]";
    return name() + (line > 1 ? ":" + line : "") + record;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
