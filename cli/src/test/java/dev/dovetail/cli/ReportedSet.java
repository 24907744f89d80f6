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

  /** Writes the annotations as LVIS has them: every class is looked for where it is annotated. */
  Path writeLvis(Path file) throws IOException {
    ObjectNode truth = (ObjectNode) JSON.readTree(instances().toFile());
    truth.get("categories").forEach(category -> ((ObjectNode) category).put("frequency", "f"));
    for (JsonNode image : truth.get("images")) {
      ((ObjectNode) image).putArray("neg_category_ids");
      ((ObjectNode) image).putArray("not_exhaustive_category_ids");
    }
    JSON.writeValue(file.toFile(), truth);
    return file;
  }

  /** Writes the objects with seventeen points on the diagonal of their box, or such detections. */
  Path writeKeypoints(Path file, boolean detections) throws IOException {
    ObjectNode truth = (ObjectNode) JSON.readTree(instances().toFile());
    for (JsonNode object : truth.get("annotations")) {
      ArrayNode points = ((ObjectNode) object).putArray("keypoints");
      JsonNode box = object.get("bbox");
      for (int k = 0; k < 17; k++) {
        points.add(box.get(0).asDouble() + k / 17.0 * box.get(2).asDouble());
        points.add(box.get(1).asDouble() + k / 17.0 * box.get(3).asDouble()).add(2);
      }
      ((ObjectNode) object).put("num_keypoints", 17).put("score", 0.5);
    }
    JSON.writeValue(file.toFile(), detections ? truth.get("annotations") : truth);
    return file;
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
