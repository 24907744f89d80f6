package dev.dovetail.weights.formats;

import dev.dovetail.weights.formats.Pickled.Dictionary;
import dev.dovetail.weights.formats.Pickled.Name;
import dev.dovetail.weights.formats.Pickled.Tuple;
import dev.dovetail.weights.tensors.CheckpointException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle program of protocol 0 to 5. It creates only plain containers and descriptions of
 * tensors. Classes and functions remain names; {@link PickleClasses}, an allow list, determines the
 * results of calling them. Dictionaries preserve their order. {@link PickleInput#spend} limits the
 * cost of the program.
 *
 * <p>Existing libraries are not used because they set state by reflection, lose the order of
 * dictionaries, and allocate memory according to lengths in the file.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.12/Lib/pickletools.py">pickletools.py</a>
 */
final class PickleMachine {

  /**
   * Heap size that one instruction may need in bytes: an empty dictionary in an entry of another.
   */
  private static final long HEAP_OF_INSTRUCTION = 64;

  private static final int MAX_NUMBER_BYTES = 1024;
  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleInput input;
  private final PickleClasses classes;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private PickleMachine(PickleInput input, PickleClasses classes) {
    this.input = input;
    this.classes = classes;
  }

  /**
   * Runs the next program of {@code input} and returns the result on its stack. Afterwards, {@code
   * input} is positioned behind the program.
   *
   * @param classes creates the objects, and records the storages that they refer to
   */
  static Object run(PickleInput input, PickleClasses classes) throws IOException {
    return new PickleMachine(input, classes).run();
  }

  private Object run() throws IOException {
    int instruction = input.unsignedByte();
    while (instruction != '.') {
      input.spend(HEAP_OF_INSTRUCTION);
      execute(instruction);
      instruction = input.unsignedByte();
    }
    return pop();
  }

  private void execute(int instruction) throws IOException {
    switch (instruction) {
      case 0x80 -> protocol(input.unsignedByte());
      case 0x95 -> input.signedLong(); // FRAME: a hint for buffering
      case '(' -> marks.push(stack.size());
      case '0' -> popOrUnmark();
      case '1' -> sinceMark();
      case '2' -> push(top());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'I', 'L', 'J', 'K', 'M', 0x8a, 0x8b, 'F', 'G' -> push(number(instruction));
      case 'S', 'T', 'U', 'V', 'X', 0x8c, 0x8d -> push(text(instruction));
      case 'B' -> push(classes.data(input.unsignedInt()));
      case 'C' -> push(classes.data(input.unsignedByte()));
      case 0x8e, 0x96 -> push(classes.data(input.signedLong()));
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(sinceMark()));
      case 0x85 -> push(new Tuple(popMany(1)));
      case 0x86 -> push(new Tuple(popMany(2)));
      case 0x87 -> push(new Tuple(popMany(3)));
      case ']', 0x8f -> push(new ArrayList<>(0)); // sets are represented by lists
      case 'l', 0x91 -> push(sinceMark());
      case 'a' -> append(popMany(1));
      case 'e', 0x90 -> append(sinceMark());
      case '}' -> push(new Dictionary());
      case 'd' -> makeDictionary(sinceMark());
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(sinceMark());
      case 'p' -> memo.put(decimal(input.line()), top());
      case 'q' -> memo.put((long) input.unsignedByte(), top());
      case 'r' -> memo.put(input.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'g' -> recall(decimal(input.line()));
      case 'h' -> recall(input.unsignedByte());
      case 'j' -> recall(input.unsignedInt());
      case 'c' -> push(new Name(input.line(), input.line()));
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> call(popMany(2));
      case 0x92 -> callWithKeywords(popMany(3));
      case 'o' -> callFirst(sinceMark());
      case 'i' -> instance(new Name(input.line(), input.line()), sinceMark());
      case 'b' -> build();
      case 'P' -> push(classes.persistent(input.line()));
      case 'Q' -> push(classes.persistent(pop()));
      case 0x98 -> top(); // READONLY_BUFFER
      default ->
          throw input.problem(
              "has the unknown or unsupported instruction 0x" + Integer.toHexString(instruction));
    }
  }

  private void protocol(int version) throws CheckpointException {
    if (version > HIGHEST_PROTOCOL) {
      throw input.problem("is of protocol " + version + "; supported are 0 to " + HIGHEST_PROTOCOL);
    }
  }

  private Object number(int instruction) throws IOException {
    return switch (instruction) {
      case 'I' -> integerLine(input.line());
      case 'L' -> longLine(input.line());
      case 'J' -> (long) input.signedInt();
      case 'K' -> (long) input.unsignedByte();
      case 'M' -> (long) input.unsignedShort();
      case 0x8a -> bigInteger(input.unsignedByte());
      case 0x8b -> bigInteger(input.unsignedInt());
      case 'F' -> floatLine(input.line());
      default -> input.bigEndianDouble();
    };
  }

  private Object integerLine(String line) throws CheckpointException {
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default -> longLine(line);
    };
  }

  private Number longLine(String line) throws CheckpointException {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (digits.length() <= MAX_NUMBER_BYTES) {
      try {
        return small(new BigInteger(digits));
      } catch (NumberFormatException e) {
        // falls through to the error for numbers that are too long
      }
    }
    throw input.problem("has " + CheckpointException.quote(line) + " for an integer");
  }

  private double floatLine(String line) throws CheckpointException {
    return switch (line) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> {
        try {
          yield Double.parseDouble(line);
        } catch (NumberFormatException e) {
          throw input.problem("has " + CheckpointException.quote(line) + " for a number");
        }
      }
    };
  }

  private Number bigInteger(long length) throws IOException {
    if (length > MAX_NUMBER_BYTES) {
      throw input.problem("has an integer of " + length + " bytes");
    }
    byte[] littleEndian = input.bytes(length);
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return length == 0 ? 0L : small(new BigInteger(bigEndian));
  }

  private static Number small(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private long decimal(String line) throws CheckpointException {
    return longLine(line).longValue();
  }

  private String text(int instruction) throws IOException {
    return switch (instruction) {
      case 'S' -> quoted(input.line());
      case 'T' -> byteString(input.bytes(input.unsignedInt()));
      case 'U' -> byteString(input.bytes(input.unsignedByte()));
      case 'V' -> PickleText.unescapeUnicode(input.line());
      case 'X' -> input.utf8(input.unsignedInt());
      case 0x8c -> input.utf8(input.unsignedByte());
      default -> input.utf8(input.signedLong());
    };
  }

  private String quoted(String line) throws CheckpointException {
    char quote = line.isEmpty() ? ' ' : line.charAt(0);
    if (line.length() < 2
        || quote != '\'' && quote != '"'
        || line.charAt(line.length() - 1) != quote) {
      throw input.problem("has a string without its quotes");
    }
    return PickleText.unescape(line.substring(1, line.length() - 1));
  }

  /**
   * Reads a string of Python 2: bytes, which are decoded as UTF-8 if valid and as Latin-1
   * otherwise.
   */
  private static String byteString(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private void append(List<Object> items) throws CheckpointException {
    if (top() instanceof ArrayList<?>) {
      @SuppressWarnings("unchecked")
      List<Object> list = (List<Object>) top();
      list.addAll(items);
    } else {
      requireOpaque("appends to");
    }
  }

  private void makeDictionary(List<Object> items) throws CheckpointException {
    push(new Dictionary());
    setItems(items);
  }

  private void setItems(List<Object> items) throws CheckpointException {
    if (items.size() % 2 != 0) {
      throw input.problem("sets a key without a value");
    }
    if (top() instanceof Dictionary dictionary) {
      for (int i = 0; i < items.size(); i += 2) {
        dictionary.entries().put(key(items.get(i)), items.get(i + 1));
      }
    } else {
      requireOpaque("sets an item of");
    }
  }

  /**
   * Converts keys to strings. Keys of several types with the same hash would make a map as slow as
   * a list, and the hash of a tuple may traverse a whole structure.
   */
  static String key(Object value) {
    boolean scalar =
        value == null
            || value instanceof String
            || value instanceof Number
            || value instanceof Boolean;
    return scalar ? String.valueOf(value) : "a " + value.getClass().getSimpleName();
  }

  private void recall(long key) throws CheckpointException {
    if (!memo.containsKey(key)) {
      throw input.problem("reads the memo entry " + key + ", which it never stored");
    }
    push(memo.get(key));
  }

  private void stackGlobal() throws CheckpointException {
    List<Object> names = popMany(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw input.problem("names a class with a value that is not a string");
    }
    push(new Name(module, name));
  }

  private void call(List<Object> functionAndArguments) throws CheckpointException {
    push(classes.call(functionAndArguments.get(0), functionAndArguments.get(1)));
  }

  private void callWithKeywords(List<Object> classArgumentsKeywords) throws CheckpointException {
    call(classArgumentsKeywords.subList(0, 2));
  }

  private void callFirst(List<Object> classAndArguments) throws CheckpointException {
    if (classAndArguments.isEmpty()) {
      throw input.problem("creates an object without a class");
    }
    List<Object> arguments = classAndArguments.subList(1, classAndArguments.size());
    push(classes.call(classAndArguments.get(0), new Tuple(arguments)));
  }

  private void instance(Name name, List<Object> arguments) throws CheckpointException {
    push(classes.call(name, new Tuple(arguments)));
  }

  private void build() throws CheckpointException {
    Object state = pop();
    classes.build(top(), state);
  }

  private void requireOpaque(String action) throws CheckpointException {
    if (!(top() instanceof OpaqueObject)) {
      throw input.problem(action + " an object that does not support it");
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() throws CheckpointException {
    requireStack(1);
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws CheckpointException {
    requireStack(1);
    return stack.remove(stack.size() - 1);
  }

  private List<Object> popMany(int count) throws CheckpointException {
    requireStack(count);
    return popFrom(stack.size() - count);
  }

  private void popOrUnmark() throws CheckpointException {
    if (!marks.isEmpty() && marks.peek() == stack.size()) {
      marks.pop();
    } else {
      pop();
    }
  }

  private List<Object> sinceMark() throws CheckpointException {
    if (marks.isEmpty()) {
      throw input.problem("closes a group that it never opened");
    }
    return popFrom(marks.pop());
  }

  private List<Object> popFrom(int start) {
    List<Object> tail = stack.subList(start, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  /** Checks that this many values are above the innermost mark. */
  private void requireStack(int count) throws CheckpointException {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - floor < count) {
      throw input.problem("takes a value from an empty stack");
    }
  }
}
