package dev.dovetail.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.config.RecordBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Reads the tiny configurations of parts from the file {@code tiny.json} of each family's tests.
 */
final class TinyParts {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TinyParts() {}

  /** Reads configurations by type from the test resources of the families of a module. */
  static JsonNode of(String module) throws IOException {
    ObjectNode all = JSON.createObjectNode();
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
      String folder = family.getClass().getPackageName().replace('.', '/');
      Path file = Path.of("..", module, "src/test/resources", folder, "tiny.json");
      if (Files.exists(file)) {
        all.setAll((ObjectNode) JSON.readTree(file.toFile()));
      }
    }
    return all;
  }

  /** Returns the parts of a kind in all their tiny configurations, by type and number. */
  static <T> Map<String, T> variants(String module, Part.Kind kind, Class<T> type) {
    Map<String, T> variants = new LinkedHashMap<>();
    try {
      JsonNode tiny = of(module);
      for (Part<?> part : REGISTRY.parts()) {
        JsonNode configurations = tiny.path(part.type());
        for (int i = 0; part.kind() == kind && i < configurations.size(); i++) {
          ObjectNode section = (ObjectNode) configurations.get(i);
          ObjectNode merged = RecordBinder.merge(part.defaults(), section, part.type());
          Record variant = RecordBinder.bind(merged, part.defaults().getClass(), part.type());
          variants.put(part.type() + i, type.cast(variant));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return variants;
  }
}
