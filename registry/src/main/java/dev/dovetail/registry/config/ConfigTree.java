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
 * Typed access to an object of a JSON file that another program wrote. A key that is absent has the
 * default that the caller gives; a value of another type, {@code null} included, is an error that
 * names file, key, what was found and what was expected. Nothing is coerced.
 */
public final class ConfigTree {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Longer values are cut in messages. */
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
   * A tree that is already in memory.
   *
   * @param source what messages call it
   */
  public static ConfigTree of(ObjectNode node, String source) {
    return new ConfigTree(node, source, "");
  }

  /** Another object in the place of this one, for which messages name the same file. */
  public ConfigTree with(ObjectNode other) {
    return new ConfigTree(other, source, path);
  }

  /** The object itself. */
  public ObjectNode node() {
    return node;
  }

  /** The file, as messages name it. */
  public String source() {
    return source;
  }

  /** Whether the key is there, with a value that is not {@code null}. */
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
   * @param least the smallest value that is accepted
   */
  public int integer(String key, int otherwise, int least) {
    String expected =
        "a whole number" + (least == Integer.MIN_VALUE ? "" : " of at least " + least);
    return value(key, n -> isInteger(n, least), expected, JsonNode::intValue, otherwise);
  }

  /**
   * @param least the smallest value that is accepted; {@link Double#MIN_VALUE} for any above 0
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
   * @param least the smallest value that is accepted in the list
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
        "a list of texts",
        n -> list(n, JsonNode::textValue),
        otherwise);
  }

  /** Height and width in pixels, which a file gives as one number for both or as a list of two. */
  public List<Integer> extents(String key, int otherwise) {
    return value(
        key,
        n -> isInteger(n, 1) || n.size() == 2 && isList(n, e -> isInteger(e, 1)),
        "a whole number above 0, or a height and a width",
        n -> n.isArray() ? list(n, JsonNode::intValue) : List.of(n.intValue(), n.intValue()),
        List.of(otherwise, otherwise));
  }

  /** The side of a square in pixels, which a file gives as one number or as a list of two. */
  public int square(String key, int otherwise) {
    List<Integer> sides = extents(key, otherwise);
    if (!sides.get(0).equals(sides.get(1))) {
      throw wrong(key, "a square");
    }
    return sides.get(0);
  }

  /** A number for each channel, which a file gives as one number for all or as a list. */
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

  /** The object under a key, an empty one where there is none. */
  public ConfigTree child(String key) {
    ObjectNode none = node.objectNode();
    ObjectNode below = value(key, JsonNode::isObject, "an object", ObjectNode.class::cast, none);
    return new ConfigTree(below, source, path + key + ".");
  }

  /**
   * Refuses values that change the result and that there is no implementation of.
   *
   * @param supported the values that a key may have if it is there: texts, flags, numbers, lists of
   *     them, or null
   */
  public void only(String key, Object... supported) {
    JsonNode given = node.get(key);
    List<JsonNode> known =
        Arrays.stream(supported).map(v -> (JsonNode) MAPPER.valueToTree(v)).toList();
    if (given != null && known.stream().noneMatch(k -> same(k, given))) {
      String values = known.stream().map(JsonNode::toString).collect(Collectors.joining(" or "));
      throw wrong(key, values + "; no other value is supported");
    }
  }

  /** What to throw if a key has a value that cannot be used. */
  public ConfigException wrong(String key, String expected) {
    JsonNode given = node.get(key);
    String text = given == null ? "missing" : given.toString();
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
    JsonNode given = node.get(key);
    if (given == null) {
      return otherwise;
    }
    if (!legal.test(given)) {
      throw wrong(key, expected);
    }
    return reader.apply(given);
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

  /** Whether two values are equal; 4 and 4.0 are. */
  private static boolean same(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.doubleValue() == b.doubleValue()
        : a.isArray() && b.isArray() && a.size() == b.size()
            ? IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)))
            : a.equals(b);
  }
}
