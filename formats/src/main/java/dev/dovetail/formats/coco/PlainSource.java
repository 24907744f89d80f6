package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A fast reader of typical machine-written JSON, directly from its bytes.
 *
 * <p>It accepts only a subset of JSON: ASCII strings, numbers in JSON's grammar, and only the
 * escapes that count strings need. For anything else, valid or not, it throws an internal {@link
 * FormatException}. The file is then read again by {@link JacksonSource}, which decides and
 * produces the error messages. Both read accepted files identically.
 */
final class PlainSource extends JsonSource {

  private static final int BUFFER = 1 << 16;

  /** The number of bytes buffered ahead at the start of a value, unless the file ends. */
  private static final int AHEAD = 1 << 12;

  private static final int DEEPEST = 200;
  private static final int LONGEST_TEXT = 1 << 28;
  private static final int MOST_DIGITS = 500;

  private final InputStream bytes;

  /** A 0 after the last byte ends every loop over digits, letters and whitespace. */
  private byte[] buffer = new byte[BUFFER + 1];

  /** The position of the buffer in the file. */
  private long base;

  private int at;
  private int end;
  private boolean atFileEnd;

  /** Whether a list or object was entered but nothing in it was read. */
  private boolean fresh;

  private int depth;

  /**
   * Whether the last number has neither fraction nor exponent; then {@link #whole} is its value.
   */
  private boolean integral;

  private long whole;
  private final NameTable names = new NameTable();

  private PlainSource(Path file, InputStream bytes, long offset) {
    super(file);
    this.bytes = bytes;
    this.base = offset;
  }

  /** Creates a source of a whole file, at its value. */
  static PlainSource of(Path file, InputStream bytes) throws IOException {
    PlainSource source = new PlainSource(file, bytes, 0);
    source.space();
    return source;
  }

  /**
   * Creates a source of the rest of a list of objects, from the first object that seems to begin at
   * {@code from} or later. The guess is correct if the reader of the preceding rows arrives there.
   *
   * @param bytes of the file, starting at {@code offset}
   * @param offset a little before {@code from}
   */
  static PlainSource ofRows(Path file, InputStream bytes, long offset, long from)
      throws IOException {
    PlainSource source = new PlainSource(file, bytes, offset);
    source.seekRow(from);
    source.fresh = true;
    return source;
  }

  private void seekRow(long from) throws IOException {
    int before = 0;
    for (int c = space(); !(c == 0 && at == end); c = space()) {
      if (c == '{' && before == ',' && position() >= from) {
        return;
      }
      before = c == ',' && before != '}' ? 0 : c;
      at++;
    }
  }

  /** Returns the current position in the file. */
  long position() {
    return base + at;
  }

  /** Skips the separator before a list's next element; false at the end of the list. */
  boolean hasElement() throws IOException {
    int c = space();
    if (c == ']') {
      return false;
    }
    if (!fresh) {
      expect(',');
      c = space();
      if (c == ']' || at == end) {
        throw declined();
      }
    }
    fresh = true;
    return true;
  }

  @Override
  public boolean nextElement() throws IOException {
    boolean more = hasElement();
    if (!more) {
      at++;
      depth--;
    }
    fresh = false;
    return more;
  }

  @Override
  public @Nullable String nextField() throws IOException {
    int c = space();
    if (c == '}') {
      at++;
      depth--;
      fresh = false;
      return null;
    }
    if (!fresh) {
      expect(',');
      c = space();
    }
    fresh = false;
    if (c != '"') {
      throw declined();
    }
    String name = fieldName();
    space();
    expect(':');
    space();
    return name;
  }

  private String fieldName() throws IOException {
    byte[] b = buffer;
    int from = ++at;
    int to = from;
    int hash = 0;
    while (isPlain(b[to])) {
      hash = NameTable.hash(hash, b[to++]);
    }
    if (b[to] != '"') {
      throw declined();
    }
    at = to + 1;
    return names.name(b, from, to, hash);
  }

  @Override
  Kind kind() throws IOException {
    return switch (buffer[at]) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.LIST;
      case '"' -> Kind.TEXT;
      case 't' -> Kind.TRUE;
      case 'f' -> Kind.FALSE;
      case 'n' -> Kind.NULL;
      default -> Kind.NUMBER;
    };
  }

  @Override
  public void expectArray(String field) throws IOException {
    enter('[');
  }

  @Override
  public void expectObject(String field) throws IOException {
    enter('{');
  }

  private void enter(char open) throws IOException {
    expect(open);
    fresh = true;
    if (++depth > DEEPEST) {
      throw declined();
    }
  }

  @Override
  public long integer(String field) throws IOException {
    // Ids and sizes are short. Longer values and those with a fraction are read as numbers.
    byte[] b = buffer;
    int p = at;
    if (b[p] > '0' && b[p] <= '9') {
      int value = b[p++] - '0';
      for (int last = at + 9; p < last && isDigit(b[p]); p++) {
        value = 10 * value + b[p] - '0';
      }
      if (!isDigit(b[p]) && b[p] != '.' && (b[p] | 0x20) != 'e' && b[p] != 0) {
        at = p;
        return value;
      }
    }
    double value = number(field);
    if (!integral && !isInteger(value)) {
      throw declined();
    }
    return integral ? whole : (long) value;
  }

  @Override
  public double number(String field) throws IOException {
    byte[] b = buffer;
    int from = at;
    int p = from;
    boolean negative = b[p] == '-';
    if (negative) {
      p++;
    }
    int first = p;
    long mantissa = 0;
    while (isDigit(b[p])) {
      mantissa = 10 * mantissa + b[p++] - '0';
    }
    int digits = p - first;
    if (digits == 0 || digits > 1 && b[first] == '0') {
      throw declined();
    }
    int exponent = 0;
    integral = true;
    if (b[p] == '.') {
      int point = p++;
      while (isDigit(b[p])) {
        mantissa = 10 * mantissa + b[p++] - '0';
      }
      exponent = point + 1 - p;
      if (exponent == 0) {
        throw declined();
      }
      digits -= exponent;
      integral = false;
    }
    if ((b[p] | 0x20) == 'e') {
      at = p + 1;
      exponent += exponent();
      p = at;
      integral = false;
    }
    if (b[p] == 0) {
      throw declined();
    }
    at = p;
    if (integral) {
      if (digits > Decimal.EXACT_DIGITS) {
        throw declined();
      }
      whole = negative ? -mantissa : mantissa;
      return whole;
    }
    if (digits > MOST_DIGITS) {
      throw declined();
    }
    if (!Decimal.isExact(digits, mantissa, exponent)) {
      return Decimal.parse(b, from, p);
    }
    double value = Decimal.of(mantissa, exponent);
    return negative ? -value : value;
  }

  private int exponent() throws IOException {
    int sign = buffer[at] == '-' ? -1 : 1;
    if (buffer[at] == '-' || buffer[at] == '+') {
      at++;
    }
    int from = at;
    int exponent = 0;
    while (isDigit(buffer[at]) && at - from < 5) {
      exponent = 10 * exponent + buffer[at++] - '0';
    }
    if (at == from || isDigit(buffer[at])) {
      throw declined();
    }
    return sign * exponent;
  }

  @Override
  public String text(String field) throws IOException {
    if (isNull()) {
      return "";
    }
    expect('"');
    int to = at;
    while (isPlain(buffer[to])) {
      to++;
    }
    String text = new String(buffer, at, to - at, StandardCharsets.ISO_8859_1);
    at = to;
    expect('"');
    return text;
  }

  @Override
  byte[] ascii(String field) throws IOException {
    expect('"');
    byte[] b = buffer;
    int escapes = 0;
    int to = at;
    while (true) {
      while (isPlain(b[to])) {
        to++;
      }
      if (b[to] == '"') {
        break;
      }
      if (b[to] == '\\' && b[to + 1] == '\\') {
        escapes++;
        to += 2;
      } else {
        to = more(to);
        b = buffer;
      }
    }
    byte[] text = escapes == 0 ? Arrays.copyOfRange(b, at, to) : unescaped(to, escapes);
    at = to + 1;
    return text;
  }

  /** Returns the string up to a position, with each pair of backslashes replaced by one. */
  private byte[] unescaped(int to, int escapes) {
    byte[] b = buffer;
    byte[] text = new byte[to - at - escapes];
    int n = 0;
    int from = at;
    for (int p = at; p < to; p++) {
      if (b[p] == '\\') {
        System.arraycopy(b, from, text, n, p - from);
        n += p - from;
        from = ++p;
      }
    }
    System.arraycopy(b, from, text, n, to - from);
    return text;
  }

  @Override
  void literal() throws IOException {
    String word =
        switch (kind()) {
          case TRUE -> "true";
          case FALSE -> "false";
          default -> "null";
        };
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  @Override
  public void skip() throws IOException {
    switch (kind()) {
      case OBJECT -> {
        expectObject("");
        while (nextField() != null) {
          skip();
        }
      }
      case LIST -> {
        expectArray("");
        while (nextElement()) {
          skip();
        }
      }
      case TEXT -> ascii("");
      case NUMBER -> number("");
      default -> literal();
    }
  }

  @Override
  int mark() {
    return depth;
  }

  @Override
  void leave(int value, FormatException problem) throws FormatException {
    throw problem;
  }

  /** Skips whitespace after the file's value and declines if anything follows. */
  void expectEnd() throws IOException {
    space();
    if (at < end) {
      throw declined();
    }
  }

  /** Skips whitespace, loads the next value into the buffer, and returns its first byte. */
  private int space() throws IOException {
    if (end - at < AHEAD && !atFileEnd) {
      fill();
    }
    int c = buffer[at];
    return c > ' ' ? c : passSpace();
  }

  private int passSpace() throws IOException {
    int c = buffer[at];
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      at++;
      if (end - at < AHEAD && !atFileEnd) {
        fill();
      }
      c = buffer[at];
    }
    return c;
  }

  /** Extends the buffer for a long string. Returns the new index of position {@code p}. */
  private int more(int p) throws IOException {
    if (atFileEnd || p + 1 < end) {
      throw declined();
    }
    int ahead = p - at;
    fill();
    return at + ahead;
  }

  /** Moves the unread bytes to the front and reads more. */
  private void fill() throws IOException {
    if (end - at > LONGEST_TEXT) {
      throw declined();
    }
    if (end - at > buffer.length / 2) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    System.arraycopy(buffer, at, buffer, 0, end - at);
    base += at;
    end -= at;
    at = 0;
    while (end < buffer.length - 1 && !atFileEnd) {
      int n = bytes.read(buffer, end, buffer.length - 1 - end);
      atFileEnd = n < 0;
      end += Math.max(n, 0);
    }
    buffer[end] = 0;
  }

  private void expect(char c) throws IOException {
    if (buffer[at] != c) {
      throw declined();
    }
    at++;
  }

  /** Returns whether a byte is an unescaped ASCII character of a string. */
  private static boolean isPlain(byte c) {
    return c >= ' ' && c != '"' && c != '\\';
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static FormatException declined() {
    return new FormatException("declined, to be read by Jackson");
  }

  @Override
  public void at(String list, int record) {
    // JacksonSource produces the messages.
  }

  @Override
  String found() {
    return "";
  }

  @Override
  public FormatException error(String field, String problem) {
    return declined();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
