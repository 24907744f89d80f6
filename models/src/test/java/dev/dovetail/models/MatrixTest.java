package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.Neck;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Stage;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.registry.Part;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs every backbone of the registry in a tiny configuration with every adapter and neck and each
 * kind of head at a square size, another one, and an odd one. The configurations are in the file
 * {@code tiny.json} of each family; a backbone or a head without a configuration fails.
 */
@Execution(ExecutionMode.CONCURRENT)
class MatrixTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A square, a size with another ratio, and one that no stride divides. */
  private static final List<Size> SIZES =
      List.of(new Size(64, 64), new Size(96, 128), new Size(75, 101));

  static final String UPERNET =
      "{'type': 'upernet', 'classes': 3, 'channels': 8, 'poolScales': [1, 2]}";
  private static final String MASK_RCNN =
      "{'type': 'mask-rcnn', 'classes': 3, 'proposals': {'channels': 8},"
          + " 'boxes': {'channels': 8}, 'masks': {'channels': 8, 'convs': 1}}";
  private static final String CASCADE =
      MASK_RCNN
          .replace("mask-rcnn", "cascade-mask-rcnn")
          .replace("}, 'masks'", ", 'layers': 1}, 'masks'");
  private static final String FPN = "{'type': 'fpn', 'channels': 8, 'levels': 5}";
  private static final String FEW =
      "{'maxDetections': 5, 'proposalsPerLevel': 20, 'maxProposals': 10}";

  private static final Pattern MULTIPLE = Pattern.compile("multiples of (\\d+)");

  /** The predictions of heads for queries and pixels. */
  private static final Set<Class<?>> QUERIES_AND_PIXELS =
      Set.of(QueryBoxes.class, QueryMasks.class, PixelLogits.class);

  /** Those heads in all their tiny configurations, by name. */
  private static final Map<String, PyramidHead<?>> HEADS = heads();

  /** The necks in all their tiny configurations, by name. */
  private static final Map<String, Neck> NECKS =
      TinyParts.variants("adapters", Part.Kind.NECK, Neck.class);

  @TempDir private static Path cache;

  /**
   * The config sections of a pyramid.
   *
   * @param grain stride of the map from which all finer maps are computed; 1 if there is none
   */
  record Pyramid(String name, String adapter, String neck, int grain) {
    Pyramid(String name, String adapter) {
      this(name, adapter, "", 1);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyBackboneRunsUnderEveryAdapterWithEveryKindOfHead() throws IOException {
    return cells(false);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> soDoAllConfigurationsUnderAllAdaptersAtAllSizes() throws IOException {
    return cells(true);
  }

  private static Stream<DynamicTest> cells(boolean all) throws IOException {
    JsonNode tiny = TinyParts.of("backbones");
    return REGISTRY.parts().stream()
        .filter(p -> p.kind() == Part.Kind.BACKBONE)
        .flatMap(p -> cells(p.type(), tiny.path(p.type()), all));
  }

  private static Stream<DynamicTest> cells(String type, JsonNode configurations, boolean all) {
    if (configurations.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest(
              type,
              () -> fail("no tiny.json beside its tests has a configuration of '" + type + "'")));
    }
    return IntStream.range(0, all ? configurations.size() : 1)
        .boxed()
        .flatMap(i -> cells(type, configurations, i, all));
  }

  private static Stream<DynamicTest> cells(
      String type, JsonNode configurations, int index, boolean all) {
    ObjectNode backbone = ((ObjectNode) configurations.get(index)).deepCopy().put("type", type);
    return pyramids(network(backbone, new Pyramid("", "{'type': 'plain'}"), UPERNET).backbone())
        .filter(p -> all || p.name().equals("plain") || p.name().equals("vit-comer"))
        .map(
            pyramid -> {
              // Their own parts are the same with every adapter and in every configuration.
              boolean plain = pyramid.name().equals("plain");
              Predicate<String> parts =
                  part ->
                      all && plain && index == 0
                          || (plain || all && index == 0) && part.endsWith("0");
              return DynamicTest.dynamicTest(
                  type + index + ", " + pyramid.name(),
                  () -> runs(backbone, pyramid, all ? SIZES : SIZES.subList(0, 1), parts));
            });
  }

  private static Map<String, PyramidHead<?>> heads() {
    Map<String, PyramidHead<?>> heads = new LinkedHashMap<>();
    TinyParts.variants("heads", Part.Kind.HEAD, Record.class)
        .forEach(
            (name, head) -> {
              if (isOfQueriesOrPixels(head)) {
                heads.put(name, (PyramidHead<?>) head);
              }
            });
    return heads;
  }

  private static boolean isOfQueriesOrPixels(Record part) {
    return part instanceof PyramidHead<?> head && QUERIES_AND_PIXELS.contains(head.predictions());
  }

  private static Stream<Pyramid> pyramids(Backbone backbone) {
    List<Stage> stages = backbone.stages();
    Stream<Pyramid> any =
        Stream.of(
            new Pyramid("plain", "{'type': 'plain'}"),
            new Pyramid("fpn", "{'type': 'plain'}", FPN, 1),
            new Pyramid("simple pyramid", "{'type': 'simple-pyramid', 'channels': 8}", "", 16));
    String common = "'stemChannels': 4, 'points': 2, 'deformHeads': 2";
    if (stages.size() > 1) {
      String comer = "{'type': 'vit-comer-hierarchical', 'width': 16, " + common + "}";
      return Stream.concat(any, Stream.of(new Pyramid("vit-comer", comer)));
    }
    String interactions = ", 'interactionIndexes': " + halves(stages.get(0).blocks()) + ", ";
    String tuning =
        "{'type': 'spatial-tuning', 'planes': 4, 'channels': 8, 'after': ["
            + stages.get(0).blocks()
            + "]}";
    String reassemble =
        "{'type': 'dpt-reassemble', 'readout': 'ignore', 'channels': [8, 12], 'factors': [2, 1]}";
    return Stream.concat(
        Stream.concat(
            any,
            Stream.concat(
                Stream.of(
                    new Pyramid("spatial tuning", tuning, FPN, 1),
                    new Pyramid("reassembled", reassemble, FPN, 16)),
                tapped(stages.get(0)))),
        Stream.of("vit-comer", "vit-adapter")
            .map(t -> new Pyramid(t, "{'type': '" + t + "'" + interactions + common + "}")));
  }

  /** Four levels from four taps, if there are enough blocks and the strides are whole numbers. */
  private static Stream<Pyramid> tapped(Stage stage) {
    if (stage.blocks() < 3 || stage.stride() % 4 != 0) {
      return Stream.of();
    }
    String taps =
        IntStream.rangeClosed(stage.blocks() - 3, stage.blocks()).boxed().toList().toString();
    return Stream.of(
        new Pyramid(
            "taps", "{'type': 'taps', 'after': " + taps + "}", "{'type': 'feature2pyramid'}", 16));
  }

  private static List<List<Integer>> halves(int depth) {
    return depth == 1
        ? List.of(List.of(0, 0))
        : List.of(List.of(0, depth / 2 - 1), List.of(depth / 2, depth - 1));
  }

  static PyramidNetwork<?> network(ObjectNode backbone, Pyramid pyramid, String head) {
    try {
      ObjectNode config = JSON.createObjectNode();
      config.set("backbone", backbone);
      config.set("adapter", read(pyramid.adapter()));
      if (!pyramid.neck().isEmpty()) {
        config.set("neck", read(pyramid.neck()));
      }
      config.set("head", read(head));
      if (!head.equals(UPERNET)) {
        config.set("test", read(FEW));
      }
      return (PyramidNetwork<?>) ModelConfig.of(config, REGISTRY).model().network();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode read(String json) throws IOException {
    return JSON.readTree(json.replace('\'', '"'));
  }

  /**
   * @param parts the heads for queries and the necks that also run at the first size
   */
  private static void runs(
      ObjectNode backbone, Pyramid pyramid, List<Size> sizes, Predicate<String> parts)
      throws IOException {
    for (Size size : sizes) {
      runs(backbone, pyramid, size, size.equals(SIZES.get(0)) ? parts : name -> false);
    }
  }

  /** Runs at the size or, if it is rejected with a required multiple, at the next such multiple. */
  private static void runs(ObjectNode backbone, Pyramid pyramid, Size size, Predicate<String> parts)
      throws IOException {
    PyramidNetwork<?> semantic = network(backbone, pyramid, UPERNET);
    String ofRegions = size.equals(SIZES.get(1)) ? CASCADE : MASK_RCNN;
    PyramidNetwork<?> instances = network(backbone, pyramid, ofRegions);
    Traced traced;
    try {
      traced = Traced.of(semantic, instances, size, parts);
    } catch (IllegalArgumentException e) {
      Matcher multiple = MULTIPLE.matcher(String.valueOf(e.getMessage()));
      assertTrue(multiple.find(), () -> "rejected without a multiple: " + e.getMessage());
      int divisor = Integer.parseInt(multiple.group(1));
      assertTrue(
          size.height() % divisor != 0 || size.width() % divisor != 0,
          () -> "refused although divisible: " + e.getMessage());
      traced = Traced.of(semantic, instances, size.roundedUp(divisor), parts);
    }
    traced.check(pyramid.grain());
  }

  /** Traces a pyramid with both heads in one graph. */
  private record Traced(Graph graph, Size size, Map<String, Integer> strides, boolean instances) {

    static Traced of(
        PyramidNetwork<?> semantic,
        PyramidNetwork<?> instances,
        Size size,
        Predicate<String> parts) {
      Trace trace = new Trace();
      Tensor image = trace.input("image", DType.FLOAT32, 1, 3, size.height(), size.width());
      ImageBatch images = ImageBatch.ofInputs(trace.root(), image);
      FeaturePyramid features = semantic.features(trace.root(), image);
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      Map<String, Integer> strides = new LinkedHashMap<>();
      for (FeaturePyramid.Level level : features.levels()) {
        strides.put("p" + level.stride(), level.stride());
        outputs.put("p" + level.stride(), level.map());
      }
      outputs.putAll(semantic.head().predict(trace.root(), features, images).tensors());
      boolean oneWidth = features.maps().stream().map(m -> m.dim(1)).distinct().count() == 1;
      if (oneWidth) {
        outputs.putAll(instances.head().predict(trace.root(), features, images).tensors());
      } else {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> instances.head().predict(trace.root(), features, images))
                .getMessage();
        assertTrue(message.contains("a neck such as 'fpn'"), message);
      }
      named(HEADS, parts)
          .forEach(
              (name, head) ->
                  unlessRejected(
                      oneWidth,
                      "maps of the same width",
                      () ->
                          head.predict(trace.root().at(name), features, images)
                              .tensors()
                              .forEach((output, map) -> outputs.put(name + "." + output, map))));
      boolean oneStride = strides.size() < features.levels().size();
      named(NECKS, parts)
          .forEach(
              (name, neck) ->
                  unlessRejected(
                      oneStride,
                      "of the same stride",
                      () -> put(outputs, name, neck.apply(trace.root().at(name), features))));
      putJoinedTaps(semantic.backbone(), trace, image, outputs);
      putStagesInsideAndAlone(semantic, trace, image, outputs);
      return new Traced(trace.graph(outputs), size, strides, oneWidth);
    }

    private static <T> Map<String, T> named(Map<String, T> all, Predicate<String> filter) {
      Map<String, T> some = new LinkedHashMap<>(all);
      some.keySet().removeIf(filter.negate());
      return some;
    }

    /** Runs a neck on the last map of a plain backbone at its own stride. */
    private static void putJoinedTaps(
        Backbone backbone, Trace trace, Tensor image, Map<String, Tensor> outputs) {
      if (backbone.stages().size() == 1) {
        Taps taps = new Taps(List.of(backbone.stages().get(0).blocks()));
        FeaturePyramid maps = taps.apply(trace.root().at("backbone"), backbone, image);
        Neck projector = NECKS.get("multi-scale-projector0");
        put(outputs, "joined", projector.apply(trace.root().at("joined"), maps));
      }
    }

    private static void put(Map<String, Tensor> outputs, String name, FeaturePyramid pyramid) {
      for (int i = 0; i < pyramid.levels().size(); i++) {
        outputs.put(name + "." + i, pyramid.map(i));
      }
    }

    /** A part may reject maps for a single reason only. */
    private static void unlessRejected(boolean mustRun, String reason, Runnable part) {
      try {
        part.run();
      } catch (IllegalArgumentException e) {
        assertTrue(!mustRun && e.getMessage().contains(reason), e.getMessage());
      }
    }

    /** Compares the stages tapped by ViT-CoMer with those of the standalone backbone. */
    private static void putStagesInsideAndAlone(
        PyramidNetwork<?> model, Trace trace, Tensor image, Map<String, Tensor> outputs) {
      Map<String, Tensor> values = trace.graph(Map.of()).values();
      if (!values.containsKey("backbone.comer.stage4")) {
        return;
      }
      BackboneFeatures.defaults()
          .apply(trace.root().at("backbone"), model.backbone(), image)
          .levels()
          .forEach(
              level -> {
                String name = "stage" + level.stride();
                outputs.put("alone." + name, level.map());
                outputs.put("inside." + name, values.get("backbone.comer." + name));
              });
    }

    void check(int grain) throws IOException {
      Random random = new Random(size.height());
      float[] pixels = new float[3 * size.height() * size.width()];
      IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (float) random.nextGaussian());
      Map<String, TensorData> inputs =
          new HashMap<>(
              Map.of(
                  "image", TensorData.of(pixels, 1, 3, size.height(), size.width()),
                  "img_shape", TensorData.of(new long[] {size.height(), size.width()}, 1, 2),
                  "scale_factor", TensorData.of(new float[] {1, 1, 1, 1}, 1, 4)));
      inputs.keySet().retainAll(graph.inputs().keySet());
      WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(cache, 1L << 30));
      Settings settings = Settings.cpu().threads(1).unoptimised();
      try (Plan plan = Plan.compile(graph, weights, settings)) {
        Map<String, TensorData> out = plan.run(inputs);
        strides.forEach((name, stride) -> assertCovers(out.get(name), stride, grain));
        assertEquals(
            outputShape(3, out.get("p" + finest())), shape(out.get("logits")), "logits " + size);
        out.forEach(MatrixTest::assertFinite);
        if (instances) {
          assertInside(out.get("boxes").floats());
        }
        out.keySet().stream()
            .filter(name -> name.startsWith("alone."))
            .forEach(
                name ->
                    assertArrayEquals(
                        out.get(name).floats(),
                        out.get(name.replace("alone.", "inside.")).floats(),
                        name + ": gamma is 0 and the backbone's output changes"));
      }
    }

    private int finest() {
      return strides.values().stream().min(Integer::compare).orElseThrow();
    }

    private static List<Integer> outputShape(int channels, TensorData map) {
      List<Integer> dims = shape(map);
      return List.of(dims.get(0), channels, dims.get(2), dims.get(3));
    }

    /**
     * Asserts the number of cells for a stride; there may be one or two more if the size is not a
     * multiple.
     */
    private void assertCovers(TensorData map, int stride, int grain) {
      int[] extents = {size.height(), size.width()};
      for (int axis = 0; axis < 2; axis++) {
        int covered = shape(map).get(2 + axis) * stride;
        // An even number of cells suits every backbone: MobileViTv2 makes odd numbers even.
        int even = 2 * Math.max(stride, grain);
        int slack = extents[axis] % even == 0 ? 1 : even;
        assertTrue(
            Math.abs(covered - extents[axis]) < slack,
            shape(map) + " at stride " + stride + " of an image of " + size);
      }
    }

    private void assertInside(float[] boxes) {
      for (int i = 0; i < boxes.length; i++) {
        int limit = i % 2 == 0 ? size.width() : size.height();
        assertTrue(boxes[i] >= 0 && boxes[i] <= limit, "a box reaches " + boxes[i]);
      }
    }
  }

  private static List<Integer> shape(TensorData data) {
    return IntStream.of(data.type().shape().dims()).boxed().toList();
  }

  private static void assertFinite(String name, TensorData data) {
    if (data.type().dtype() == DType.FLOAT32) {
      for (float value : data.floats()) {
        assertTrue(Float.isFinite(value), name + " has " + value);
      }
    }
  }

  @Test
  void everyNeckAndEveryHeadHasATinyConfiguration() {
    for (Part<?> part : REGISTRY.parts()) {
      boolean head = isOfQueriesOrPixels(part.defaults()) && !UPERNET.contains(part.type());
      if (part.kind() == Part.Kind.NECK || head) {
        String first = part.type() + 0;
        assertTrue(
            HEADS.containsKey(first) || NECKS.containsKey(first),
            () -> "no tiny.json beside its tests has a configuration of '" + part.type() + "'");
      }
    }
  }

  @Test
  void everyTinyConfigurationBelongsToARegisteredBackbone() throws IOException {
    JsonNode tiny = TinyParts.of("backbones");
    tiny.fieldNames()
        .forEachRemaining(
            type -> assertEquals(type, REGISTRY.find(Part.Kind.BACKBONE, type).type()));
  }
}
