package dev.dovetail.registry.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.dovetail.files.DidYouMean;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Binds a config object to a record of hyperparameters: the values of the config override the
 * record's defaults. Values are not coerced. An unknown key, a value of another type, or a value
 * that the record rejects is an error whose message contains the key.
 */
public final class RecordBinder {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .withCoercionConfig(
              LogicalType.Textual,
              c ->
                  c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private RecordBinder() {}

  /**
   * Returns the defaults as a tree, overridden by {@code overrides} key by key.
   *
   * @throws ConfigException if {@code overrides} has a key that the defaults lack
   */
  public static ObjectNode merge(Record defaults, ObjectNode overrides, String path) {
    ObjectNode merged = tree(defaults);
    lay(overrides, merged, path);
    return merged;
  }

  /** Returns the config section that describes a record. */
  public static ObjectNode tree(Record record) {
    return MAPPER.valueToTree(record);
  }

  /**
   * Returns the value of a record component, also searching the records whose keys are inlined
   * ({@link JsonUnwrapped}); null if no component has that name.
   */
  public static Object component(Record record, String name) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (component.getName().equals(name)) {
        return value(record, component);
      }
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        Object inner = component((Record) value(record, component), name);
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          record.getClass().getName() + " must be public, so that configs can name it", e);
    }
  }

  private static void lay(ObjectNode overrides, ObjectNode over, String path) {
    String before = path.isEmpty() ? "" : path + ".";
    List<String> known = new ArrayList<>();
    over.fieldNames().forEachRemaining(known::add);
    overrides
        .fields()
        .forEachRemaining(
            field -> {
              String name = field.getKey();
              String key = join(path, name);
              if (!over.has(name)) {
                throw new ConfigException(
                    "unknown key '" + key + "'" + DidYouMean.hint(before, name, known));
              }
              if (over.get(name) instanceof ObjectNode below
                  && field.getValue() instanceof ObjectNode more) {
                lay(more, below, key);
              } else {
                over.set(name, field.getValue());
              }
            });
  }

  /** Returns the record that {@code tree} describes. */
  public static <T> T bind(JsonNode tree, Class<T> type, String path) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (ValueInstantiationException e) {
      String reason = e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
      throw new ConfigException("'" + path + "': " + reason);
    } catch (MismatchedInputException e) {
      String key = join(path, reference(e));
      throw new ConfigException(
          "'" + key + "' is " + at(tree, e) + ", expected " + expected(e.getTargetType()));
    } catch (JsonProcessingException e) {
      throw new ConfigException("'" + path + "': " + e.getOriginalMessage());
    }
  }

  private static String reference(JsonMappingException e) {
    StringBuilder s = new StringBuilder();
    for (JsonMappingException.Reference r : e.getPath()) {
      s.append(
          r.getFieldName() == null
              ? "[" + r.getIndex() + "]"
              : (s.isEmpty() ? "" : ".") + r.getFieldName());
    }
    return s.toString();
  }

  private static JsonNode at(JsonNode tree, JsonMappingException e) {
    JsonNode node = tree;
    for (JsonMappingException.Reference r : e.getPath()) {
      node = r.getFieldName() == null ? node.path(r.getIndex()) : node.path(r.getFieldName());
    }
    return node;
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "another type";
    }
    if (type.isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object c : type.getEnumConstants()) {
        names.add(MAPPER.<JsonNode>valueToTree(c).asText());
      }
      return "one of " + String.join(", ", names);
    }
    if (type == int.class || type == Integer.class || type == long.class) {
      return "a whole number";
    }
    if (type == double.class
        || type == Double.class
        || type == float.class
        || type == Float.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return List.class.isAssignableFrom(type)
        ? "a list"
        : "a " + type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  private static String join(String path, String name) {
    return path.isEmpty()
        ? name
        : name.isEmpty() ? path : name.startsWith("[") ? path + name : path + "." + name;
  }
}
