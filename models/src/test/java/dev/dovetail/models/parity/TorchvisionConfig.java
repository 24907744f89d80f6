package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.tensors.TensorSource;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Creates the config of a torchvision detector from the arguments of its constructor and the shapes
 * of its state dict.
 *
 * @param fixture {@code type}, {@code num_classes}, {@code norm} and {@code parameters}
 * @param weights the weights with torchvision's names
 */
record TorchvisionConfig(JsonNode fixture, Map<String, ? extends TensorSource> weights) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  Model<?, ?> model() {
    return ModelConfig.of(tree(), PartRegistry.load()).model();
  }

  /** Returns torchvision's label of the first class in Dovetail's model. */
  int firstLabel() {
    return twoStages() ? 1 : 0;
  }

  ObjectNode tree() {
    ObjectNode tree = JSON.createObjectNode();
    tree.set("backbone", backbone());
    tree.set("adapter", JSON.createObjectNode().put("type", "plain"));
    tree.set("neck", neck());
    tree.set("head", twoStages() ? twoStageHead() : dense());
    tree.set("test", twoStages() ? twoStageTest() : denseTest());
    if (type().equals("mask-rcnn")) {
      tree.set("masks", JSON.createObjectNode().put("paste", "resized"));
    }
    ObjectNode preprocess = tree.putObject("preprocess").put("fit", "pad_down");
    preprocess.putArray("scale").add(fixture.get("max_size")).add(fixture.get("min_size"));
    return tree;
  }

  private String type() {
    String type = fixture.path("type").asText().replace("torchvision.", "");
    return type.toLowerCase(Locale.ROOT).replace("rcnn", "-rcnn");
  }

  private boolean twoStages() {
    return type().endsWith("-rcnn");
  }

  private ObjectNode backbone() {
    boolean bottleneck = has("backbone.body.layer1.0.conv3.weight");
    ObjectNode node = JSON.createObjectNode().put("type", "resnet").put("bottleneck", bottleneck);
    node.put("stemWidth", extent("backbone.body.conv1.weight", 0));
    ArrayNode widths = node.putArray("widths");
    ArrayNode depths = node.putArray("depths");
    for (int i = 1; has("backbone.body.layer" + i + ".0.conv1.weight"); i++) {
      String layer = "backbone.body.layer" + i + ".";
      widths.add(extent(layer + "0.conv" + (bottleneck ? 3 : 2) + ".weight", 0));
      depths.add(count(Pattern.quote(layer) + "\\d+\\.conv1\\.weight"));
    }
    return node;
  }

  private ObjectNode neck() {
    int used = count("backbone\\.fpn\\.inner_blocks\\.\\d+\\.(0\\.)?weight");
    int channels = extent("backbone.fpn.inner_blocks.0.0.weight", 0);
    boolean convolved = has("backbone.fpn.extra_blocks.p6.weight");
    ObjectNode node = JSON.createObjectNode().put("type", "fpn").put("channels", channels);
    node.put("startLevel", 4 - used).put("levels", fixture.at("/parameters/anchors/sizes").size());
    node.put("norm", has("backbone.fpn.inner_blocks.0.1.weight") ? "bn" : "none");
    boolean ofResult = convolved && extent("backbone.fpn.extra_blocks.p6.weight", 1) == channels;
    return node.put(
        "further", !convolved ? "subsampled" : ofResult ? "convolved_result" : "convolved_input");
  }

  private ObjectNode anchors() {
    JsonNode settings = fixture.at("/parameters/anchors");
    ObjectNode node = JSON.createObjectNode();
    node.set("sizes", settings.get("sizes"));
    node.set("ratios", settings.at("/aspect_ratios/0"));
    for (JsonNode ratios : settings.get("aspect_ratios")) {
      if (!ratios.equals(node.get("ratios"))) {
        throw new AssertionError("levels of different aspect ratios: " + settings);
      }
    }
    return node;
  }

  private ObjectNode twoStageHead() {
    ObjectNode node = JSON.createObjectNode().put("type", type());
    node.put("classes", fixture.get("num_classes").asInt() - 1);
    ObjectNode proposals = node.putObject("proposals").put("ranking", "logits");
    proposals.set("anchors", anchors());
    proposals.put("channels", extent("rpn.head.conv.0.0.weight", 0));
    proposals.put("convs", count("rpn\\.head\\.conv\\.\\d+\\.0\\.weight"));
    proposals.putObject("coder").put("limitsShrinking", false);
    node.putObject("regions").put("aligned", false).put("samples", 2);
    ObjectNode boxes = node.putObject("boxes").put("background", "first");
    boxes.putObject("coder").put("limitsShrinking", false);
    String hidden = "roi_heads.box_head.fc6.weight";
    if (!has(hidden)) {
      int convs = count("roi_heads\\.box_head\\.\\d+\\.0\\.weight");
      ObjectNode stack = boxes.putObject("convs").put("count", convs);
      stack.put("channels", extent("roi_heads.box_head.0.0.weight", 0));
      stack.put("norm", has("roi_heads.box_head.0.1.weight") ? "bn" : "none");
      hidden = "roi_heads.box_head." + (convs + 1) + ".weight";
      boxes.put("layers", 1);
    }
    boxes.put("channels", extent(hidden, 0));
    if (type().equals("mask-rcnn")) {
      ObjectNode masks = node.putObject("masks");
      masks.put("channels", extent("roi_heads.mask_head.0.0.weight", 0));
      masks.put("convs", count("roi_heads\\.mask_head\\.\\d+\\.0\\.weight"));
      masks.put("norm", has("roi_heads.mask_head.0.1.weight") ? "bn" : "none");
    }
    return node;
  }

  private ObjectNode twoStageTest() {
    JsonNode rpn = fixture.at("/parameters/rpn");
    JsonNode roi = fixture.at("/parameters/roi_heads");
    ObjectNode node = JSON.createObjectNode();
    node.set("scoreThreshold", roi.get("score_thresh"));
    node.set("iouThreshold", roi.get("nms_thresh"));
    node.set("maxDetections", roi.get("detections_per_img"));
    node.put("minDetectionSize", 0.01).put("suppressIn", "input");
    node.set("proposalsPerLevel", rpn.at("/_pre_nms_top_n/testing"));
    node.set("maxProposals", rpn.at("/_post_nms_top_n/testing"));
    node.set("proposalIouThreshold", rpn.get("nms_thresh"));
    // torchvision keeps boxes that reach the size, mmdet those that exceed it.
    node.put("minProposalSize", Math.nextDown((float) rpn.get("min_size").asDouble()));
    node.set("minProposalScore", rpn.get("score_thresh"));
    return node;
  }

  private ObjectNode dense() {
    ObjectNode node = JSON.createObjectNode().put("type", type());
    node.set("classes", fixture.get("num_classes"));
    node.set("anchors", anchors());
    if (type().equals("retinanet")) {
      node.put("convs", count("head\\.classification_head\\.conv\\.\\d+\\.0\\.weight"));
      node.put("norm", has("head.classification_head.conv.0.1.weight") ? "gn" : "none");
    } else {
      // Convolutions and norms have one weight each.
      node.put("convs", count("head\\.classification_head\\.conv\\.\\d+\\.weight") / 2);
    }
    return node;
  }

  private ObjectNode denseTest() {
    JsonNode settings = fixture.at("/parameters/model");
    ObjectNode node = JSON.createObjectNode();
    node.set("scoreThreshold", settings.get("score_thresh"));
    node.set("iouThreshold", settings.get("nms_thresh"));
    node.set("maxDetections", settings.get("detections_per_img"));
    node.set("candidatesPerLevel", settings.get("topk_candidates"));
    return node;
  }

  private boolean has(String name) {
    return weights.containsKey(name);
  }

  private int count(String pattern) {
    return (int) weights.keySet().stream().filter(n -> n.matches(pattern)).count();
  }

  private int extent(String name, int axis) {
    return Math.toIntExact(weights.get(name).shape().get(axis));
  }
}
