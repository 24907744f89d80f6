package dev.dovetail.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The way from one family of checkpoints to a model's names and shapes: rules, applied in order.
 * Nothing is read; what has to be computed is computed when it is streamed.
 *
 * <p>As JSON: {@code {"description": "…", "rules": [{"rule": "rename", "pattern":
 * "(.*)\\.ls1\\.gamma", "to": "$1.gamma1"}, …]}}; the kinds are those of {@link Rule}.
 *
 * @param description what it is for
 * @param rules in the order they are applied
 */
public record Layout(String description, List<Rule> rules) {

  /** No rules: the checkpoint has the model's own names. */
  public static final Layout SAME = new Layout("the model's own names", List.of());

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  public Layout {
    rules = List.copyOf(rules);
  }

  /**
   * What the rules made of a checkpoint.
   *
   * @param tensors by their new names
   * @param dropped the names left out and the reason of each
   */
  public record Applied(Map<String, TensorSource> tensors, Map<String, String> dropped) {}

  /**
   * Reads rules from JSON.
   *
   * @param source what to call it in a message
   * @throws IOException if it is not of the form above
   */
  public static Layout read(String source, InputStream json) throws IOException {
    try {
      return JSON.readValue(json, new TypeReference<Layout>() {});
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the layout rules %s are not valid at line %d: %s",
              source,
              e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
              e.getOriginalMessage()));
    }
  }

  /**
   * A layout that comes with Dovetail, such as {@code dinov2}.
   *
   * @throws IOException if there is none of that name
   */
  public static Layout builtIn(String name) throws IOException {
    try (InputStream json = Layout.class.getResourceAsStream("layouts/" + name + ".json")) {
      if (json == null) {
        throw new CheckpointException("there is no built-in layout named " + name);
      }
      return read(name, json);
    }
  }

  /**
   * Applies the rules to tensors by name.
   *
   * @throws IOException if a rule does not suit a tensor that it matches; the message names both
   */
  public Applied apply(Map<String, ? extends TensorSource> tensors) throws IOException {
    LayoutStep step = new LayoutStep(new LinkedHashMap<>(tensors), new LinkedHashMap<>());
    for (Rule rule : rules) {
      step = step.after(rule);
    }
    return new Applied(step.tensors(), step.dropped());
  }
}
