package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BatchedNms;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.maskrcnn.Proposals;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the fixtures of the heads' operations, which have no parameters. */
final class HeadRunners {

  /** An operation, which returns its outputs with the names in the fixture's config. */
  private interface Operation {
    Map<String, Tensor> apply(Scope s, Map<String, Tensor> in, JsonNode config, String[] names);
  }

  private HeadRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of(
        "op/anchors", HeadRunners::anchors,
        "op/batched_nms", operation(HeadRunners::suppression),
        "op/delta2bbox", operation(HeadRunners::decoding),
        "op/roi_extract", operation(HeadRunners::regions));
  }

  private static FixtureRunner operation(Operation operation) {
    return (fixture, index) -> run(fixture, index, operation);
  }

  private static List<Map<String, TensorData>> run(Fixture fixture, int index, Operation operation)
      throws IOException {
    String[] names = fixture.expected(index).keySet().toArray(String[]::new);
    return TracedRun.run(
        Optional.empty(),
        fixture.inputs(index),
        (s, in) -> operation.apply(s, in, fixture.config(), names));
  }

  /** The inputs are sizes, so the fixture has no input tensors. */
  private static List<Map<String, TensorData>> anchors(Fixture fixture, int index)
      throws IOException {
    return TracedRun.run(Optional.empty(), Map.of(), (s, in) -> anchors(s, fixture.config()));
  }

  private static Map<String, Tensor> anchors(Scope s, JsonNode config) {
    AnchorGenerator anchors = anchorGrid(config);
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < config.get("strides").size(); i++) {
      int stride = config.get("strides").get(i).asInt();
      JsonNode size = config.get("feature_sizes").get(i);
      out.put("base" + i, s.constant(anchors.cell(stride)));
      out.put(
          "anchors" + i,
          s.constant(anchors.boxes(stride, size.get(0).asInt(), size.get(1).asInt())));
    }
    return out;
  }

  /** Creates anchors from a config's {@code scales} and {@code ratios}. */
  static AnchorGenerator anchorGrid(JsonNode config) {
    return AnchorGenerator.ofScales(floats(config.get("scales")), floats(config.get("ratios")));
  }

  private static List<Float> floats(JsonNode list) {
    List<Float> values = new ArrayList<>();
    list.forEach(v -> values.add((float) v.asDouble()));
    return values;
  }

  private static List<Double> doubles(JsonNode list) {
    List<Double> values = new ArrayList<>();
    list.forEach(v -> values.add(v.asDouble()));
    return values;
  }

  /** {@code keep_50}: the indices at a threshold; {@code dets_50}: their boxes and scores. */
  private static Map<String, Tensor> suppression(
      Scope s, Map<String, Tensor> in, JsonNode config, String[] names) {
    Tensor boxes = in.get("boxes");
    Tensor scores = in.get("scores");
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String name : names) {
      double threshold = config.get("arguments").get(name).get("iou_threshold").asDouble();
      Tensor all = scores.greaterOrEqual(scores).unsqueeze(0);
      Tensor kept =
          new BatchedNms((float) threshold, scores.dim(0))
              .keep(boxes.unsqueeze(0), scores.unsqueeze(0), in.get("labels"), all)
              .select(1, 1);
      Tensor rows = Tensor.concat(1, boxes, scores.unsqueeze(1));
      out.put(name, name.startsWith("keep") ? kept : rows.gather(0, kept));
    }
    return out;
  }

  private static Map<String, Tensor> decoding(
      Scope s, Map<String, Tensor> in, JsonNode config, String[] names) {
    JsonNode arguments = config.get("arguments");
    float height = config.get("max_shape").get(0).asInt();
    float width = config.get("max_shape").get(1).asInt();
    Tensor boxes = in.get("rois");
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String name : names) {
      JsonNode how = arguments.get(name);
      Tensor deltas = in.get(name.equals("rcnn") ? "deltas_multiclass" : "deltas");
      int classes = deltas.dim(1) / 4;
      Tensor decoded =
          new BoxCoder(doubles(arguments.get("means")), doubles(how.get("stds")), true)
              .decode(boxes.unsqueeze(1), deltas.reshape(deltas.dim(0), classes, 4));
      Tensor limited =
          how.get("clip").asBoolean()
              ? BoxCoder.clip(decoded, s.constant(width, height, width, height))
              : decoded;
      out.put(name, limited.flatten(1, 2));
    }
    return out;
  }

  private static Map<String, Tensor> regions(
      Scope s, Map<String, Tensor> in, JsonNode config, String[] names) {
    JsonNode arguments = config.get("arguments");
    int levels = arguments.get("strides").size();
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      maps.add(in.get("feat" + i));
    }
    FeaturePyramid features = FeaturePyramid.from(arguments.get("strides").get(0).asInt(), maps);
    Tensor rois = in.get("rois");
    Proposals regions = new Proposals(rois.slice(1, 1, 5), rois.select(1, 0).cast(DType.INT64));
    RoiExtractor extractor = RoiExtractor.of(levels, arguments.get("finest_scale").asInt());
    Tensor level = extractor.level(regions.boxes());
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String name : names) {
      out.put(
          name,
          name.equals("levels")
              ? level
              : extractor.extract(
                  s, features, regions, level, arguments.get(name).get("output_size").asInt()));
    }
    return out;
  }
}
