package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code eval} of panoptic data sets in their published layouts has the same numbers as {@code
 * score} for the written results.
 */
@Tag("slow")
class DownloadedPanopticTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CLASSES = {"sky", "cat", "dog"};
  private static final Size SIZE = new Size(40, 60);
  private static final int IMAGES = 4;

  @TempDir private Path folder;
  private Path root;
  private TinyModel model;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.panoptic(folder, CLASSES);
    root = folder.resolve("set");
  }

  /**
   * Writes a data set whose ground truth is the model's prediction, shifted by some rows, so that
   * it is partially correct.
   *
   * @param textIds whether ids of images and categories are strings
   */
  private void set(String images, String json, String maps, boolean textIds) throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      TinyModel.picture(root.resolve(images + "/00" + i + ".jpg"), SIZE.height(), SIZE.width());
    }
    ObjectNode truth = JSON.createObjectNode();
    for (int c = 0; c < CLASSES.length; c++) {
      ObjectNode category = truth.withArray("categories").addObject();
      id(category, "id", 20 - c, textIds);
      category.put("name", CLASSES[c]).put("isthing", c == 0 ? 0 : 1);
    }
    for (int i = 0; i < IMAGES; i++) {
      IdMap nothing = new IdMap(SIZE, new int[Math.toIntExact(SIZE.pixels())]);
      annotation(truth, maps, i, nothing, Map.of(), textIds);
    }
    Path file = Files.createDirectories(root.resolve(json).getParent());
    Files.writeString(root.resolve(json), truth.toString());
    assertTrue(Files.isDirectory(file));
    Path found = folder.resolve("found");
    model
        .run(
            "eval",
            "--images",
            root.resolve(images),
            "--annotations",
            root.resolve(json),
            "--out",
            found,
            "--predictions-only")
        .succeeded();
    JsonNode annotations =
        JSON.readTree(found.resolve("panoptic.json").toFile()).get("annotations");
    truth.putArray("annotations");
    for (int i = 0; i < IMAGES; i++) {
      IdMap map = IdPng.read(found.resolve("panoptic/00" + i + ".png"));
      int[] moved = new int[map.ids().length];
      int by = (2 * i + 1) * SIZE.width();
      System.arraycopy(map.ids(), 0, moved, by, moved.length - by);
      Map<Integer, JsonNode> categories = new TreeMap<>();
      annotations
          .get(i)
          .get("segments_info")
          .forEach(s -> categories.put(s.get("id").asInt(), s.get("category_id")));
      annotation(truth, maps, i, new IdMap(SIZE, moved), categories, textIds);
    }
    Files.writeString(root.resolve(json), truth.toString());
  }

  private static void id(ObjectNode node, String field, int id, boolean text) {
    if (text) {
      node.put(field, "id " + id);
    } else {
      node.put(field, id);
    }
  }

  private void annotation(
      ObjectNode truth,
      String maps,
      int image,
      IdMap map,
      Map<Integer, JsonNode> categories,
      boolean textIds)
      throws IOException {
    IdPng.write(Files.createDirectories(root.resolve(maps)).resolve("00" + image + ".png"), map);
    ObjectNode annotation = truth.withArray("annotations").addObject();
    id(annotation, "image_id", 100 - image, textIds);
    annotation.put("file_name", "00" + image + ".png").putArray("segments_info");
    categories.forEach(
        (id, category) -> {
          int area = 0;
          for (int value : map.ids()) {
            area += value == id ? 1 : 0;
          }
          ObjectNode segment = annotation.withArray("segments_info").addObject();
          segment.put("id", id).put("area", area).put("iscrowd", 0).set("category_id", category);
        });
  }

  private void assertSameByScore() throws IOException {
    Path out = folder.resolve("out");
    model.run("eval", "--data", root, "--out", out).succeeded();
    double pq = PanopticNumbers.assertSame(root, out);
    assertTrue(pq > 0.05 && pq < 0.99, "PQ " + pq + " says little");
  }

  @Test
  void cocoLayoutWithMapsNextToTheFile() throws IOException {
    set("val2017", "annotations/panoptic_val2017.json", "annotations/panoptic_val2017", false);
    assertSameByScore();
  }

  @Test
  void cocoLayoutWithMapsNextToTheImages() throws IOException {
    set("val2017", "annotations/panoptic_val2017.json", "panoptic_val2017", true);
    assertSameByScore();
  }

  @Test
  void ade20kLayout() throws IOException {
    set("images/validation", "ade20k_panoptic_val.json", "ade20k_panoptic_val", false);
    assertSameByScore();
  }

  @Test
  void missingFilesAreReported() throws IOException {
    set("val2017", "annotations/panoptic_val2017.json", "annotations/panoptic_val2017", false);
    Path maps = root.resolve("annotations/panoptic_val2017");
    Files.move(maps, folder.resolve("elsewhere"));
    Files.createFile(root.resolve("annotations/panoptic_val2017.zip"));
    model
        .run("eval", "--data", root)
        .failed(
            Main.USAGE,
            "the directory " + maps + " beside it does not exist",
            "unpack " + maps + ".zip");
    Files.move(root.resolve("val2017"), root.resolve("images2017"));
    model
        .run("eval", "--data", root)
        .failed(
            Main.FAILED,
            "missing images for panoptic_val2017.json: expected the directory "
                + root.resolve("val2017"));
    TinyModel detector =
        TinyModel.detector(Files.createDirectories(folder.resolve("detector")), CLASSES);
    detector
        .run("eval", "--data", root)
        .failed(Main.FAILED, "missing instances_val*.json in " + root.resolve("annotations"));
    Path ade = Files.createDirectories(folder.resolve("ade/images/validation")).getParent();
    model
        .run("eval", "--data", ade.getParent())
        .failed(
            Main.FAILED, "ade20k_panoptic_val.json does not exist", "prepare_ade20k_pan_seg.py");
  }
}
