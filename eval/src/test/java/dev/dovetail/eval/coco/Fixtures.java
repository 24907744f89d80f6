package dev.dovetail.eval.coco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Finds the evaluation fixtures in their directory. */
public final class Fixtures {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Fixtures() {}

  /** Returns the directories, at any depth, whose {@code expected.json} has {@code key}. */
  public static FixtureFolders having(String key) {
    return FixtureFolders.below("fixtures/eval", "expected.json")
        .where("expected.json with " + key, folder -> expected(folder).has(key));
  }

  public static JsonNode expected(Path folder) {
    try {
      return JSON.readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the ground truth or result file of a directory: the named one, its own, or that of its
   * parent.
   */
  public static Path input(Path folder, JsonNode expected, String kind) {
    for (JsonNode name : List.of(expected.path(kind), expected.path("overrides").path(kind))) {
      if (name.isTextual() && Files.exists(folder.resolve(name.asText()))) {
        return folder.resolve(name.asText()).normalize();
      }
    }
    Path own = folder.resolve(kind + ".json");
    return Files.exists(own) ? own : folder.getParent().resolve(kind + ".json");
  }

  /** Returns the type of overlaps in the expectation: masks for {@code lvis_segm}. */
  static IouType type(JsonNode expected) {
    String label = expected.get("iou_type").asText().replaceFirst("^lvis_", "");
    return Stream.of(IouType.values())
        .filter(t -> t.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  public static CocoParams params(JsonNode expected) {
    JsonNode overrides = expected.path("overrides");
    IouType type = type(expected);
    boolean lvis = expected.get("iou_type").asText().startsWith("lvis_");
    CocoParams.Builder params = (lvis ? CocoParams.lvis(type) : CocoParams.of(type)).toBuilder();
    if (overrides.has("sigmas")) {
      params.sigmas(doubles(overrides.get("sigmas")));
    }
    if (overrides.has("use_cats")) {
      params.useCategories(overrides.get("use_cats").asBoolean());
    }
    if (overrides.has("img_ids")) {
      params.imageIds(longs(overrides.get("img_ids")));
    }
    if (overrides.has("cat_ids")) {
      params.categoryIds(longs(overrides.get("cat_ids")));
    }
    if (overrides.has("iou_thrs")) {
      params.iouThresholds(doubles(overrides.get("iou_thrs")));
    }
    if (overrides.has("max_dets")) {
      params.maxDets(ints(overrides.get("max_dets")));
    }
    if (overrides.has("area_rng")) {
      List<AreaRange> areas = new ArrayList<>();
      for (int i = 0; i < overrides.get("area_rng").size(); i++) {
        double[] limits = doubles(overrides.get("area_rng").get(i));
        areas.add(new AreaRange(overrides.get("area_lbl").get(i).asText(), limits[0], limits[1]));
      }
      params.areas(areas);
    }
    return params.build();
  }

  public static double[] doubles(JsonNode array) {
    return stream(array).mapToDouble(JsonNode::asDouble).toArray();
  }

  public static long[] longs(JsonNode array) {
    return stream(array).mapToLong(JsonNode::asLong).toArray();
  }

  static int[] ints(JsonNode array) {
    return stream(array).mapToInt(JsonNode::asInt).toArray();
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
