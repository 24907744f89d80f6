package dev.dovetail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Detections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small data set in COCO's layout. */
record CocoSet(Path images, Path annotations, List<Path> files) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Pictures of two alternating sizes, each with one object. */
  static CocoSet write(Path folder, int count, String... classes) throws IOException {
    Path images = folder.resolve("images");
    ObjectNode tree = JSON.createObjectNode();
    List<Path> files = new ArrayList<>();
    categories(tree, classes);
    for (int i = 0; i < count; i++) {
      int height = i % 2 == 0 ? 40 : 64;
      files.add(TinyModel.picture(images.resolve(i + ".png"), i, height, 60));
      image(tree, i, height, 60);
      object(tree, i, i % classes.length, 5, 5, 30, 20);
    }
    return write(folder, images, files, tree);
  }

  /** The same pictures with a model's detections as ground truth. */
  CocoSet withTruth(Path folder, List<Detections> found, String... classes) throws IOException {
    ObjectNode tree = JSON.createObjectNode();
    categories(tree, classes);
    for (int i = 0; i < found.size(); i++) {
      Detections objects = found.get(i);
      image(tree, i, objects.image().height(), objects.image().width());
      double[] b = objects.xywh();
      for (int k = 0; k < objects.count(); k++) {
        object(tree, i, objects.labels()[k], b[4 * k], b[4 * k + 1], b[4 * k + 2], b[4 * k + 3]);
      }
    }
    return write(folder, images, files, tree);
  }

  private static CocoSet write(Path folder, Path images, List<Path> files, ObjectNode tree)
      throws IOException {
    Path annotations = folder.resolve("instances.json");
    Files.writeString(annotations, tree.toString());
    return new CocoSet(images, annotations, files);
  }

  private static void categories(ObjectNode tree, String... classes) {
    for (int c = classes.length - 1; c >= 0; c--) {
      tree.withArray("categories").addObject().put("id", 10 * c + 3).put("name", classes[c]);
    }
    tree.withArray("annotations");
  }

  private static void image(ObjectNode tree, int id, int height, int width) {
    tree.withArray("images")
        .addObject()
        .put("id", id)
        .put("file_name", id + ".png")
        .put("height", height)
        .put("width", width);
  }

  private static void object(ObjectNode tree, int image, int label, double... xywh) {
    ObjectNode object = tree.withArray("annotations").addObject();
    object.put("id", tree.get("annotations").size()).put("image_id", image);
    object.put("category_id", 10 * label + 3).put("iscrowd", 0).put("area", xywh[2] * xywh[3]);
    for (double value : xywh) {
      object.withArray("bbox").add(value);
    }
    double right = xywh[0] + xywh[2];
    double bottom = xywh[1] + xywh[3];
    double[] outline = {xywh[0], xywh[1], right, xywh[1], right, bottom, xywh[0], bottom};
    var polygon = object.withArray("segmentation").addArray();
    for (double value : outline) {
      polygon.add(value);
    }
  }

  EvaluationOptions options() {
    return EvaluationOptions.of(images, annotations);
  }
}
