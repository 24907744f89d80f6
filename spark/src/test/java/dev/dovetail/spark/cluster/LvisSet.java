package dev.dovetail.spark.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A ground truth in LVIS' format with the annotations of a COCO file. */
final class LvisSet {

  private static final List<String> FREQUENCIES = List.of("r", "c", "f");

  private LvisSet() {}

  /**
   * Writes the file. For each image one category is not annotated exhaustively, and one is known to
   * be absent where there is one.
   */
  static void write(Path coco, Path lvis) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode set = mapper.readTree(coco.toFile());
    List<Integer> ids = new ArrayList<>();
    for (JsonNode category : set.get("categories")) {
      ((ObjectNode) category).put("frequency", FREQUENCIES.get(ids.size() % 3));
      ids.add(category.get("id").asInt());
    }
    int image = 0;
    for (JsonNode entry : set.get("images")) {
      List<Integer> absent = new ArrayList<>(ids);
      for (JsonNode annotation : set.get("annotations")) {
        if (annotation.get("image_id").equals(entry.get("id"))) {
          absent.remove((Integer) annotation.get("category_id").asInt());
        }
      }
      ObjectNode fields = (ObjectNode) entry;
      fields.putArray("not_exhaustive_category_ids").add(ids.get(image++ % ids.size()));
      absent.stream().limit(1).forEach(fields.putArray("neg_category_ids")::add);
    }
    mapper.writeValue(lvis.toFile(), set);
  }
}
