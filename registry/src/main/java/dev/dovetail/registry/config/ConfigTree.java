package dev.dovetail.registry.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Typed access to a JSON object that another program wrote. The caller specifies a default for an
 * absent key. A value of another type, including {@code null}, is an error whose message contains
 * the file, the key, the value and the expected type. Values are not coerced.
 */
public final class ConfigTree {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Longer values are truncated in messages. */
  private static final int SHOWN = 80;

  private final ObjectNode node;
  private final String source;
  private final String path;

  private ConfigTree(ObjectNode node, String source, String path) {
    this.node = node;
    this.source = source;
    this.path = path;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if it is not a JSON object
   */
  public static ConfigTree read(Path file) throws IOException {
    return of(ConfigFile.read(file), file.toString());
  }

  /**
   * Wraps a tree in memory.
   *
   * @param source its name in messages
   */
  public static ConfigTree of(ObjectNode node, String source) {
    return new ConfigTree(node, source, "");
  }

  /** Returns a tree with another object, whose messages name the same file. */
  public ConfigTree with(ObjectNode other) {
    return new ConfigTree(other, source, path);
  }

  /** Returns the wrapped object. */
  public ObjectNode node() {
    return node;
  }

  /** Returns the name of the file in messages. */
  public String source() {
    return source;
  }

  /** Returns whether the key is present with a value other than {@code null}. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  public String text(String key, String otherwise) {
    return value(key, JsonNode::isTextual, "a text", JsonNode::textValue, otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return value(key, JsonNode::isBoolean, "true or false", JsonNode::booleanValue, otherwise);
  }

  /**
   * Returns an integer.
   *
   * @param least the minimum
   */
  public int integer(String key, int otherwise, int least) {
    String expected =
        "a whole number" + (least == Integer.MIN_VALUE ? "" : " of at least " + least);
    return value(key, n -> isInteger(n, least), expected, JsonNode::intValue, otherwise);
  }

  /**
   * Returns a number.
   *
   * @param least the minimum; {@link Double#MIN_VALUE} for any positive number
   */
  public double number(String key, double otherwise, double least) {
    return value(
        key,
        n -> isFinite(n) && n.doubleValue() >= least,
        least == Double.MIN_VALUE ? "a number above 0" : "a number of at least " + least,
        JsonNode::doubleValue,
        otherwise);
  }

  /**
   * Returns a list of integers.
   *
   * @param least the minimum of each element
   */
  public List<Integer> integers(String key, List<Integer> otherwise, int least) {
    return value(
        key,
        n -> isList(n, e -> isInteger(e, least)),
        "a list of whole numbers of at least " + least,
        n -> list(n, JsonNode::intValue),
        otherwise);
  }

  public List<Double> numbers(String key, List<Double> otherwise) {
    return value(
        key,
        n -> isList(n, ConfigTree::isFinite),
        "a list of numbers",
        n -> list(n, JsonNode::doubleValue),
        otherwise);
  }

  public List<Boolean> flags(String key, List<Boolean> otherwise) {
    return value(
        key,
        n -> isList(n, JsonNode::isBoolean),
        "a list of true or false",
        n -> list(n, JsonNode::booleanValue),
        otherwise);
  }

  public List<String> texts(String key, List<String> otherwise) {
    return value(
        key,
        n -> isList(n, JsonNode::isTextual),
        "a list of strings",
        n -> list(n, JsonNode::textValue),
        otherwise);
  }

  /**
   * Returns height and width in pixels. The file contains one number for both, or a list of two.
   */
  public List<Integer> extents(String key, int otherwise) {
    return value(
        key,
        n -> isInteger(n, 1) || n.size() == 2 && isList(n, e -> isInteger(e, 1)),
        "a whole number above 0, or a height and a width",
        n -> n.isArray() ? list(n, JsonNode::intValue) : List.of(n.intValue(), n.intValue()),
        List.of(otherwise, otherwise));
  }

  /** Returns the side of a square in pixels. The file contains one number, or a list of two. */
  public int square(String key, int otherwise) {
    List<Integer> sides = extents(key, otherwise);
    if (!sides.get(0).equals(sides.get(1))) {
      throw wrong(key, "a square");
    }
    return sides.get(0);
  }

  /** Returns one number per channel. The file contains one number for all channels, or a list. */
  public List<Double> channels(String key, int count, double... otherwise) {
    return value(
        key,
        n -> isFinite(n) || n.size() == count && isList(n, ConfigTree::isFinite),
        "a number, or a list of " + count,
        n ->
            n.isArray()
                ? list(n, JsonNode::doubleValue)
                : Collections.nCopies(count, n.doubleValue()),
        Arrays.stream(otherwise).boxed().toList());
  }

  /** Returns the object under a key, or an empty one if the key is absent. */
  public ConfigTree child(String key) {
    ObjectNode none = node.objectNode();
    ObjectNode below = value(key, JsonNode::isObject, "an object", ObjectNode.class::cast, none);
    return new ConfigTree(below, source, path + key + ".");
  }

  /**
   * Rejects values that change the result and are not supported.
   *
   * @param supported the values that the key may have if it is present: strings, booleans, numbers,
   *     lists of them, or null
   */
  public void only(String key, Object... supported) {
    JsonNode value = node.get(key);
    List<JsonNode> known =
        Arrays.stream(supported).map(v -> (JsonNode) MAPPER.valueToTree(v)).toList();
    if (value != null && known.stream().noneMatch(k -> same(k, value))) {
      String values = known.stream().map(JsonNode::toString).collect(Collectors.joining(" or "));
      throw wrong(key, values + "; no other value is supported");
    }
  }

  /** Returns an exception for a key with an unsupported value. */
  public ConfigException wrong(String key, String expected) {
    JsonNode value = node.get(key);
    String text = value == null ? "missing" : value.toString();
    if (text.length() > SHOWN) {
      text = text.substring(0, SHOWN) + "…";
    }
    return new ConfigException(
        String.format(
            Locale.ROOT, "%s: '%s%s' is %s, expected %s", source, path, key, text, expected));
  }

  private <T> T value(
      String key,
      Predicate<JsonNode> legal,
      String expected,
      Function<JsonNode, T> reader,
      T otherwise) {
    JsonNode value = node.get(key);
    if (value == null) {
      return otherwise;
    }
    if (!legal.test(value)) {
      throw wrong(key, expected);
    }
    return reader.apply(value);
  }

  private static boolean isInteger(JsonNode n, int least) {
    return n.isIntegralNumber() && n.canConvertToInt() && n.intValue() >= least;
  }

  private static boolean isFinite(JsonNode n) {
    return n.isNumber() && Double.isFinite(n.doubleValue());
  }

  private static boolean isList(JsonNode n, Predicate<JsonNode> element) {
    return n.isArray() && list(n, element::test).stream().allMatch(ok -> ok);
  }

  private static <T> List<T> list(JsonNode n, Function<JsonNode, T> reader) {
    List<T> values = new ArrayList<>();
    n.forEach(e -> values.add(reader.apply(e)));
    return values;
  }

  /** Returns whether two values are equal; 4 and 4.0 are equal. */
  private static boolean same(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.doubleValue() == b.doubleValue()
        : a.isArray() && b.isArray() && a.size() == b.size()
            ? IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)))
            : a.equals(b);
  }
}
