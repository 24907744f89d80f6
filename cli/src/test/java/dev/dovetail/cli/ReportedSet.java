package dev.dovetail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A small generated data set, and predictions that are its annotations with errors.
 *
 * @param folder its path
 */
record ReportedSet(Path folder) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static ReportedSet draw(Path folder, int images) throws IOException {
    CommandLineRun.of("sample", folder, "--train", 1, "--val", images, "--size", "96x128")
        .succeeded();
    ReportedSet set = new ReportedSet(folder);
    set.writePredictions();
    return set;
  }

  Path images() {
    return folder.resolve("images/val");
  }

  Path instances() {
    return folder.resolve("annotations/instances_val.json");
  }

  Path panoptic() {
    return folder.resolve("annotations/panoptic_val.json");
  }

  Path labelMaps() {
    return folder.resolve("annotations/val");
  }

  Path predictions() {
    return folder.resolve("predictions.json");
  }

  /**
   * Of every four objects, one is omitted, one has another class, one is shifted, and one is
   * correct.
   */
  private void writePredictions() throws IOException {
    ArrayNode found = JSON.createArrayNode();
    JsonNode truth = JSON.readTree(instances().toFile());
    int classes = truth.get("categories").size();
    int n = 0;
    for (JsonNode object : truth.get("annotations")) {
      if (object.get("iscrowd").asInt() == 1 || n++ % 4 == 0) {
        continue;
      }
      ObjectNode one = found.addObject();
      one.set("image_id", object.get("image_id"));
      one.put("score", 0.4 + 0.01 * (n % 50));
      int category = object.get("category_id").asInt();
      one.put("category_id", n % 4 == 2 ? category % classes + 1 : category);
      ArrayNode box = one.putArray("bbox");
      double moved = n % 4 == 3 ? 0.5 * object.get("bbox").get(2).asDouble() : 0;
      box.add(object.get("bbox").get(0).asDouble() + moved);
      box.add(object.get("bbox").get(1).asDouble());
      box.add(object.get("bbox").get(2).asDouble());
      box.add(object.get("bbox").get(3).asDouble());
      one.set("segmentation", object.get("segmentation"));
    }
    JSON.writeValue(predictions().toFile(), found);
  }
}
