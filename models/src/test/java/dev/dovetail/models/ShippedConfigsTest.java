package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces every config in configs/ at its published size. */
@Execution(ExecutionMode.CONCURRENT)
class ShippedConfigsTest {

  /**
   * The published figures of a model: learned values, and multiply-accumulates of the backbone in
   * billions.
   */
  private record Published(long parameters, double backboneGmacs) {}

  /** A figure that was not measured with the authors' code. */
  private static final double UNKNOWN = 0;

  /**
   * Weights and biases of ResNet-50's norms, which torchvision does not count if they are frozen.
   */
  private static final long FROZEN = 53_120;

  /** Counted with the authors' code. */
  private static final Map<String, Published> PUBLISHED = new HashMap<>();

  static {
    PUBLISHED.put("mask-rcnn-vit-comer-tiny.json", new Published(29_066_768, 123.8));
    PUBLISHED.put("mask-rcnn-vit-comer-small.json", new Published(50_756_048, 332.2));
    PUBLISHED.put("mask-rcnn-vit-comer-base.json", new Published(129_743_216, 955.1));
    PUBLISHED.put("mask-rcnn-vit-comer-large.json", new Published(364_048_176, 2276.4));
    PUBLISHED.put("upernet-vit-comer-tiny.json", new Published(38_715_148, 36.8));
    PUBLISHED.put("upernet-vit-comer-small.json", new Published(61_391_500, 82.6));
    PUBLISHED.put("upernet-vit-comer-base.json", new Published(144_745_132, 235.8));
    PUBLISHED.put("mask-rcnn-vit-adapter-tiny.json", new Published(28_068_512, UNKNOWN));
    PUBLISHED.put("mask-rcnn-vit-adapter-small.json", new Published(47_802_368, UNKNOWN));
    PUBLISHED.put("mask-rcnn-vit-adapter-base.json", new Published(120_187_088, UNKNOWN));
    PUBLISHED.put("segformer-mit-b0.json", new Published(3_752_694, UNKNOWN));
    PUBLISHED.put("mask-rcnn-vit-adapter-large.json", new Published(347_927_472, UNKNOWN));
    PUBLISHED.put("upernet-vit-adapter-tiny.json", new Published(36_062_428, UNKNOWN));
    PUBLISHED.put("upernet-vit-adapter-small.json", new Published(57_614_908, UNKNOWN));
    PUBLISHED.put("upernet-vit-adapter-base.json", new Published(133_636_876, UNKNOWN));
    PUBLISHED.put(
        "faster-rcnn-resnet50-torchvision.json", new Published(41_755_286 + FROZEN, UNKNOWN));
    PUBLISHED.put("faster-rcnn-resnet50-torchvision-v2.json", new Published(43_712_278, UNKNOWN));
    PUBLISHED.put(
        "mask-rcnn-resnet50-torchvision.json", new Published(44_401_393 + FROZEN, UNKNOWN));
    PUBLISHED.put("mask-rcnn-resnet50-torchvision-v2.json", new Published(46_359_409, UNKNOWN));
    PUBLISHED.put(
        "retinanet-resnet50-torchvision.json", new Published(34_014_999 + FROZEN, UNKNOWN));
    PUBLISHED.put("retinanet-resnet50-torchvision-v2.json", new Published(38_198_935, UNKNOWN));
    PUBLISHED.put("fcos-resnet50-torchvision.json", new Published(32_269_600 + FROZEN, UNKNOWN));
  }

  /**
   * The figures of torchvision's detectors, in billions of multiply-accumulates for an image of
   * 800x800 with a thousand proposals and, where it applies, a hundred masks.
   */
  @ParameterizedTest
  @CsvSource({
    "faster-rcnn-resnet50-torchvision, 134.38, 0",
    "faster-rcnn-resnet50-torchvision-v2, 280.371, 0",
    "mask-rcnn-resnet50-torchvision, 134.38, 0",
    "mask-rcnn-resnet50-torchvision-v2, 333.577, 100",
    "retinanet-resnet50-torchvision, 151.54, 0",
    "retinanet-resnet50-torchvision-v2, 152.238, 0",
    "fcos-resnet50-torchvision, 128.207, 0"
  })
  void torchvisionsDetectorsHaveThePublishedCost(String config, double gmacs, int masks)
      throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(config + ".json");
    Model<?, ?> model = ModelConfig.read(file, List.of(), PartRegistry.load()).model();
    Map<String, Cost> costs = Cost.perScope(ModelGraph.bare(model, 1, new Size(800, 800)));
    // The number of regions is unknown in a graph: each scope counts one.
    double macs =
        costs.get("").macs()
            + 999 * macs(costs, "roi_head.bbox_head")
            + (masks - 1) * macs(costs, "roi_head.mask_head");
    assertEquals(gmacs, macs / 1e9, 0.005);
  }

  /**
   * Parameters in millions from the repositories of ViT-Adapter and of Swin's detectors, and
   * multiply-accumulates in billions from Swin's for an image of 800x1280. The latter include norms
   * and activations, with a thousand proposals at each stage and a hundred masks. The ResNet-50 in
   * Swin's comparison (Liu et al. 2021, table 2) has Swin's heads, not mmdetection's.
   */
  @ParameterizedTest
  @CsvSource({
    "cascade-mask-rcnn-vit-adapter-small, '', 86, 0",
    "cascade-mask-rcnn-vit-adapter-base, '', 158, 0",
    "cascade-mask-rcnn-swin-tiny, '', 86, 745",
    "cascade-mask-rcnn-swin-small, '', 107, 838",
    "cascade-mask-rcnn-swin-base, '', 145, 982",
    "cascade-mask-rcnn-resnet50, cascade-mask-rcnn-swin-tiny, 82, 739"
  })
  void cascadesHaveThePublishedParametersAndCost(
      String config, String heads, int millions, int gmacs) throws IOException {
    Path configs = SharedFolder.projectRoot().resolve("configs");
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode tree = (ObjectNode) json.readTree(configs.resolve(config + ".json").toFile());
    if (!heads.isEmpty()) {
      tree.set("head", json.readTree(configs.resolve(heads + ".json").toFile()).get("head"));
    }
    Model<?, ?> model = ModelConfig.of(tree, PartRegistry.load()).model();
    Map<String, Cost> costs = Cost.perScope(ModelGraph.bare(model, 1, new Size(800, 1280)));
    if (gmacs > 0) {
      double macs =
          costs.get("").macs()
              + 999 * macs(costs, "roi_head.bbox_head")
              + 99 * macs(costs, "roi_head.mask_head");
      assertEquals(gmacs, macs / 1e9, 0.02 * gmacs);
    }
    assertEquals(millions, Math.round(costs.get("").parameters() / 1e6), config);
  }

  private static double macs(Map<String, Cost> costs, String scope) {
    return costs.containsKey(scope) ? costs.get(scope).macs() : 0;
  }

  /**
   * For detectors with ResNet, the authors' logs exclude the stem and the first stage, which are
   * not trained, and all batch norms.
   */
  private static final int UNTRAINED = 222_400;

  private static final int NORMS_50 = 53_120;

  static {
    PUBLISHED.put("detr-resnet-50.json", ofDetr(41_302_368));
    PUBLISHED.put("conditional-detr-resnet-50.json", ofDetr(43_196_001));
  }

  private static Published ofDetr(long trained) {
    return new Published(trained + UNTRAINED + NORMS_50, UNKNOWN);
  }

  /**
   * Multiply-accumulates of whole models in billions from the papers (Carion et al. 2020, table 1;
   * Meng et al. 2021, table 1; Cheng et al. 2022, tables 1 and 2): means over 100 images with a
   * short edge of 800 pixels. DAB-DETR's 94 are excluded: the result here is 89.5, one more than
   * Conditional DETR's, and its paper does not describe how it counts.
   */
  private static final Map<String, Integer> MEAN_GMACS =
      Map.of(
          "detr-resnet-50.json", 86,
          "detr-resnet-101.json", 152,
          "conditional-detr-resnet-50.json", 90,
          "mask2former-resnet-50.json", 226,
          "mask2former-swin-tiny.json", 232,
          "mask2former-swin-small.json", 313);

  /**
   * Parameters of whole models in millions, rounded, from the papers (Cheng et al. 2022, tables 1
   * and 2; Cheng et al. 2021, table 1).
   */
  private static final Map<String, Integer> MILLIONS =
      Map.of(
          "mask2former-resnet-50.json", 44,
          "mask2former-swin-tiny.json", 47,
          "mask2former-swin-small.json", 69,
          "mask2former-swin-base.json", 107,
          "mask2former-swin-large.json", 216,
          "maskformer-swin-tiny.json", 42,
          "maskformer-swin-small.json", 63,
          "maskformer-swin-base.json", 102,
          "maskformer-swin-large.json", 212);

  /** The size of an image of about the mean area. */
  private static final Size MEAN = new Size(800, 1120);

  @TestFactory
  Stream<DynamicTest> everyConfigIsTracedAndEqualsWhatWasPublished() throws IOException {
    Path configs = SharedFolder.projectRoot().resolve("configs");
    List<Path> files;
    try (Stream<Path> all = Files.walk(configs)) {
      files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    assertTrue(
        files.stream()
            .map(f -> f.getFileName().toString())
            .toList()
            .containsAll(PUBLISHED.keySet()));
    return files.stream()
        .map(f -> DynamicTest.dynamicTest(configs.relativize(f).toString(), () -> check(f)));
  }

  private static void check(Path file) throws IOException {
    Model<?, ?> model = ModelConfig.read(file, List.of(), PartRegistry.load()).model();
    Graph graph = ModelGraph.bare(model, 1, size(model));
    Published published = PUBLISHED.get(file.getFileName().toString());
    if (published != null) {
      Map<String, Cost> costs = Cost.perScope(ModelGraph.training(model, 1, size(model)));
      assertEquals(published.parameters(), costs.get("").parameters());
      if (published.backboneGmacs() != UNKNOWN) {
        assertEquals(
            published.backboneGmacs(),
            Cost.perScope(graph).get("backbone").macs() / 1e9,
            0.02 * published.backboneGmacs());
      }
    }
    Integer millions = MILLIONS.get(file.getFileName().toString());
    if (millions != null) {
      long counted = Cost.perScope(ModelGraph.training(model, 1, size(model))).get("").parameters();
      assertEquals(millions, Math.round(counted / 1e6), 1, () -> "parameters: " + counted);
    }
    Integer gmacs = MEAN_GMACS.get(file.getFileName().toString());
    if (gmacs != null) {
      double counted = Cost.perScope(ModelGraph.bare(model, 1, MEAN)).get("").macs() / 1e9;
      assertEquals(gmacs, counted, 0.03 * gmacs, file::toString);
    }
    Graph whole = ModelGraph.whole(model, 2, size(model));
    assertTrue(whole.nodes().size() > 100);
    // The CUDA provider's forms must accept every model, also values of unknown size.
    OnnxWriter.write(
        whole,
        Dialect.ORT_CUDA,
        Precision.FP16,
        (parameter, type) -> new ParameterStore.InFile("weights", 0, 64),
        Map.of());
  }

  /**
   * Returns the size of the authors' figures: 800x1344 for detection, the window for segmentation.
   */
  private static Size size(Model<?, ?> model) {
    return model.task().inputSize(model.preprocess());
  }
}
