package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.fpn.Fpn;
import dev.dovetail.adapters.vitcomer.VitComer.Flavour;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.ObjectPredictions;
import dev.dovetail.graph.network.PixelPredictions;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.mask2former.Mask2Former;
import dev.dovetail.heads.mask2former.PixelDecoder;
import dev.dovetail.heads.maskrcnn.BoxHead;
import dev.dovetail.heads.maskrcnn.MaskHead;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.heads.maskrcnn.ProposalLimits;
import dev.dovetail.heads.maskrcnn.RcnnInference;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import dev.dovetail.heads.maskrcnn.Rpn;
import dev.dovetail.heads.upernet.FcnHead;
import dev.dovetail.heads.upernet.UperNet;
import dev.dovetail.images.MaskPaste;
import dev.dovetail.images.MaskRegion;
import dev.dovetail.images.SampledMaskPaste;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.tasks.detection.DetectionTask;
import dev.dovetail.tasks.segmentation.SemanticInference;
import dev.dovetail.tasks.segmentation.SemanticLabels;
import dev.dovetail.tasks.segmentation.SemanticTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the fixtures of whole models, from 8-bit pixels to results. */
final class ModelRunners {

  private static final Pattern NUMBERED = Pattern.compile("(\\D+)(\\d+)");

  private ModelRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of(
        "mask_rcnn", ModelRunners::instances,
        "upernet", (fixture, index) -> semantic(fixture, upernet(fixture.config())),
        "mask2former_semantic",
            (fixture, index) -> semantic(fixture, mask2former(fixture.config())));
  }

  // Instances

  private static List<Map<String, TensorData>> instances(Fixture fixture, int index)
      throws IOException {
    JsonNode config = fixture.config();
    Network<Boxes> network =
        new PyramidNetwork<>(
            BackboneRunners.vit(config.get("backbone")),
            BackboneRunners.comer(config.get("backbone"), Flavour.DETECTION),
            Fpn.of(config.at("/fpn/out_channels").asInt(), config.at("/fpn/num_outs").asInt()),
            maskRcnn(config));
    Model<ObjectPredictions, Detections> model =
        new Model<>(
            network,
            new DetectionTask(network.classes()),
            RawImage.preprocess(config.get("image")),
            List.of());
    RawImage image = RawImage.of(fixture, model.preprocess());
    Graph graph = ModelGraph.whole(model, 1, image.geometry().padded());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    graph.outputs().forEach((name, value) -> outputs.put(name, value.select(0, 0)));
    for (String name : fixture.expected(-1).keySet()) {
      tapOfInstances(graph, name).ifPresent(value -> outputs.putIfAbsent(name, value));
    }
    List<Map<String, TensorData>> results = image.run(fixture, graph.withOutputs(outputs));
    Size original = image.geometry().original();
    results.forEach(
        r -> r.put("masks", pasted(r, original, config.at("/test_cfg/rcnn/mask_thr").asDouble())));
    return results;
  }

  private static MaskRcnn maskRcnn(JsonNode config) {
    JsonNode rpn = config.at("/test_cfg/rpn");
    JsonNode test = config.get("test_cfg");
    return new MaskRcnn(
        config.get("num_classes").asInt(),
        Rpn.of(HeadRunners.anchorGrid(rpn), config.at("/fpn/out_channels").asInt()),
        RoiExtractor.of(test.get("roi_strides").size(), test.get("finest_scale").asInt()),
        BoxHead.of(7, config.get("bbox_fc").asInt(), BoxCoder.withStds(0.1, 0.1, 0.2, 0.2)),
        MaskHead.of(14, config.get("mask_conv_channels").asInt(), 4),
        inference(config),
        ProposalLimits.ofTraining());
  }

  private static RcnnInference inference(JsonNode config) {
    JsonNode rpn = config.at("/test_cfg/rpn");
    JsonNode rcnn = config.at("/test_cfg/rcnn");
    return RcnnInference.of(
        (float) rcnn.get("score_thr").asDouble(),
        (float) rcnn.get("nms_iou").asDouble(),
        rcnn.get("max_per_img").asInt(),
        ProposalLimits.of(
            rpn.get("nms_pre").asInt(),
            rpn.get("max_per_img").asInt(),
            (float) rpn.get("nms_iou").asDouble(),
            (float) rpn.get("min_bbox_size").asDouble()));
  }

  /** Returns the value of a whole graph that a fixture records with {@code name}. */
  static Optional<Tensor> tapOfInstances(Graph graph, String name) {
    Matcher first = Pattern.compile("roi_feats_first(\\d+)").matcher(name);
    if (first.matches()) {
      return graph
          .value("roi_head.roi_feats")
          .map(t -> t.slice(0, 0, Integer.parseInt(first.group(1))));
    }
    return graph.value(
        switch (name) {
          case "proposals", "proposal_scores", "proposal_levels" -> "rpn_head." + name;
          case "cls_score", "bbox_pred" -> "roi_head.bbox_head." + name;
          case "roi_levels", "mask_roi_levels" -> "roi_head." + name;
          default -> name.startsWith("rpn.") ? name.replace("rpn.", "rpn_head.") : oneBased(name);
        });
  }

  /** Fixtures count maps from 0, the model from 1. */
  private static String oneBased(String name) {
    Matcher m = NUMBERED.matcher(name);
    return m.matches() ? m.group(1) + (Integer.parseInt(m.group(2)) + 1) : name;
  }

  /** Returns the masks of all objects over the whole image, uint8 [n, height, width]. */
  static TensorData pasted(Map<String, TensorData> result, Size image, double threshold) {
    MaskPaste paste = new SampledMaskPaste((float) threshold);
    float[] boxes = result.get("boxes").floats();
    float[] probabilities = result.get("mask_probs").floats();
    int side = result.get("mask_probs").type().shape().dim(-1);
    int n = boxes.length / 4;
    byte[] masks = new byte[n * (int) image.pixels()];
    for (int i = 0; i < n; i++) {
      MaskRegion region =
          paste.paste(
              probabilities,
              i * side * side,
              side,
              boxes[4 * i],
              boxes[4 * i + 1],
              boxes[4 * i + 2],
              boxes[4 * i + 3],
              image);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          if (region.at(y, x)) {
            masks[(i * image.height() + y) * image.width() + x] = 1;
          }
        }
      }
    }
    return TensorData.of(masks, n, image.height(), image.width());
  }

  // Semantic

  private static UperNet upernet(JsonNode config) {
    JsonNode head = config.get("decode_head");
    JsonNode auxiliary = config.get("auxiliary_head");
    List<Integer> bins = new ArrayList<>();
    head.get("pool_scales").forEach(b -> bins.add(b.asInt()));
    return new UperNet(
        head.get("num_classes").asInt(),
        head.get("channels").asInt(),
        bins,
        new FcnHead(
            auxiliary.get("in_index").asInt(),
            auxiliary.get("channels").asInt(),
            auxiliary.get("num_convs").asInt(),
            auxiliary.path("concat_input").asBoolean(false)));
  }

  private static Mask2Former mask2former(JsonNode config) {
    JsonNode head = config.get("decode_head");
    int heads = head.get("num_heads").asInt();
    return new Mask2Former(
        head.get("num_things_classes").asInt() + head.get("num_stuff_classes").asInt(),
        new PixelDecoder(
            head.get("feat_channels").asInt(),
            new PixelDecoder.Encoder(
                heads,
                head.get("num_points").asInt(),
                head.get("encoder_layers").asInt(),
                head.get("encoder_ffn").asInt()),
            head.get("gn_groups").asInt(),
            1,
            0),
        new Mask2Former.Decoder(
            heads,
            head.get("num_queries").asInt(),
            head.get("decoder_layers").asInt(),
            head.get("decoder_ffn").asInt(),
            false,
            Activation.RELU));
  }

  private static <P extends PixelPredictions> List<Map<String, TensorData>> semantic(
      Fixture fixture, PyramidHead<P> head) throws IOException {
    List<String> names = List.copyOf(fixture.expected(-1).keySet());
    JsonNode test = fixture.config().get("test_cfg");
    SemanticInference windows =
        new SemanticInference(
            SemanticInference.Mode.valueOf(
                test.get("mode").asText().toUpperCase(java.util.Locale.ROOT)),
            List.of(test.at("/crop_size/0").asInt(512), test.at("/crop_size/1").asInt(512)),
            List.of(test.at("/stride/0").asInt(341), test.at("/stride/1").asInt(341)));
    SemanticInference whole =
        new SemanticInference(SemanticInference.Mode.WHOLE, windows.crop(), windows.stride());
    List<Map<String, TensorData>> results = semantic(fixture, head, windows, names);
    if (names.stream().anyMatch(n -> n.startsWith("whole."))) {
      List<Map<String, TensorData>> others =
          semantic(fixture, head, whole, List.of("logits_ori", "argmax"));
      for (int i = 0; i < results.size(); i++) {
        Map<String, TensorData> result = results.get(i);
        others.get(i).forEach((name, value) -> result.put("whole." + name, value));
      }
    }
    if (head instanceof UperNet upernet && names.contains("crop0.aux.logits")) {
      List<Map<String, TensorData>> others = auxiliary(fixture, upernet);
      for (int i = 0; i < results.size(); i++) {
        results.get(i).putAll(others.get(i));
      }
    }
    return results;
  }

  private static <P extends PixelPredictions> List<Map<String, TensorData>> semantic(
      Fixture fixture, PyramidHead<P> head, SemanticInference test, List<String> names)
      throws IOException {
    JsonNode config = fixture.config();
    Network<P> network =
        new PyramidNetwork<>(
            BackboneRunners.vit(config.get("backbone")),
            BackboneRunners.comer(config.get("backbone"), Flavour.SEGMENTATION),
            (s, features) -> features,
            head);
    Model<PixelPredictions, LabelMap> model =
        new Model<>(
            network,
            new SemanticTask(head.classes(), test, SemanticLabels.defaults()),
            RawImage.preprocess(config.get("image")),
            List.of());
    RawImage image = RawImage.of(fixture, model.preprocess());
    Graph graph = ModelGraph.whole(model, 1, image.geometry().padded());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (String name : names) {
      tapOfSemantic(graph, name).ifPresent(value -> outputs.put(name, value));
    }
    return image.run(fixture, graph.withOutputs(outputs));
  }

  private static Optional<Tensor> tapOfSemantic(Graph graph, String name) {
    if (name.equals("argmax")) {
      return Optional.of(graph.outputs().get("label_map"));
    }
    if (name.equals("crop0.attn_mask_true_fraction")) {
      return Optional.of(blockedShares(graph));
    }
    if (name.startsWith("crop0.")) {
      return graph.value(window(name.substring("crop0.".length()))).map(t -> t.slice(0, 0, 1));
    }
    return graph.value(
        "postprocess." + (name.equals("slide.logits") ? "logits_full" : "logits_ori"));
  }

  /** Returns the value of a window that a fixture records with {@code name}. */
  private static String window(String name) {
    return switch (name) {
      case "head.psp" -> "decode_head.bottleneck";
      case "head.fused" -> "decode_head.fpn_bottleneck";
      case "head.logits" -> "decode_head";
      case "sem" -> "postprocess.scores";
      case "logits_full", "sem_full" -> "postprocess.windows";
      default -> name.startsWith("backbone.") ? oneBased(name) : "decode_head." + name;
    };
  }

  /**
   * Returns the fraction of the first window's attention that is masked, before each layer and
   * after the last.
   */
  private static Tensor blockedShares(Graph graph) {
    List<Tensor> shares = new ArrayList<>();
    for (int i = 0; graph.value("decode_head.blocked" + i).isPresent(); i++) {
      Tensor blocked = graph.value("decode_head.blocked" + i).get();
      shares.add(blocked.slice(0, 0, 1).flatten(0, 2).mean(0, true));
    }
    return Tensor.concat(0, shares);
  }

  /** Runs the auxiliary head on the recorded map, which no other test does. */
  private static List<Map<String, TensorData>> auxiliary(Fixture fixture, UperNet head)
      throws IOException {
    String map = "crop0.backbone.f" + head.auxiliary().level();
    return TracedRun.run(
        Optional.of(fixture.weights()),
        Map.of(map, fixture.expected(-1).get(map)),
        (s, in) -> {
          s.ignoreKeys("*", "not a part of this head");
          return Map.of(
              "crop0.aux.logits",
              head.auxiliary().logits(s.at("auxiliary_head"), in.get(map), head.classes()));
        });
  }
}
