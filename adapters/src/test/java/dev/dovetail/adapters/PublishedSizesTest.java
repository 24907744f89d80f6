package dev.dovetail.adapters;

import static dev.dovetail.adapters.Published.LAST_OF_SIX_GLOBAL;
import static dev.dovetail.adapters.Published.TWO_OF_THREE_WINDOWED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.adapters.vitcomer.Exchanges;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.adapters.vitdet.SimplePyramid;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters and multiply-accumulates compared with those of the authors' code. */
class PublishedSizesTest {

  private static final double UNKNOWN = 0;

  static Stream<Arguments> published() {
    return Stream.of(
        of("det T", detection(192, 3, 6, 1.0), 800, 1344, 8_964_896L, 123.8),
        of("det S", detection(384, 6, 6, 1.0), 800, 1344, 30_457_568L, 332.2),
        of("det B", detection(768, 12, 12, 0.5), 800, 1344, 109_051_520L, 955.1),
        of(
            "det L",
            Published.detection(1024, 24, 16, 16, 0.5, LAST_OF_SIX_GLOBAL),
            800,
            1344,
            343_094_336L,
            2276.4),
        of("det T, grid 224", small(192, 3, true), 800, 1344, 8_739_680L, UNKNOWN),
        of("det S, grid 224", small(384, 6, true), 800, 1344, 30_007_136L, UNKNOWN),
        of("det S, grid 224, no cfi", small(384, 6, false), 800, 1344, 26_356_640L, UNKNOWN),
        of("seg T", segmentation(192, 3, 6, 1.0, 6), 512, 512, 10_619_360L, 36.8),
        of("seg S", segmentation(384, 6, 6, 1.0, 1.5), 512, 512, 31_280_480L, 82.6),
        of("seg B", segmentation(768, 12, 12, 0.5, 1), 512, 512, 110_603_648L, 235.8),
        of(
            "seg L",
            Published.segmentation(1024, 24, 16, 16, 0.5, 1),
            512,
            512,
            346_212_416L,
            UNKNOWN),
        of("Co-DETR L", Published.coDetr(), 512, 512, 342_688_704L, UNKNOWN),
        of("ViT-Adapter T", adapter(192, 12, 3, 6, 1, 224), 512, 512, 7_966_640L, UNKNOWN),
        of("ViT-Adapter S", adapter(384, 12, 6, 6, 1, 224), 512, 512, 27_503_888L, UNKNOWN),
        of("ViT-Adapter S, 592", adapter(384, 12, 6, 6, 1, 592), 512, 512, 27_954_320L, UNKNOWN),
        of("ViT-Adapter B", adapter(768, 12, 12, 12, 0.5, 224), 512, 512, 99_495_392L, UNKNOWN),
        of("ViT-Adapter B, 384", adapter(768, 12, 12, 12, 0.5, 384), 64, 64, 99_787_232L, UNKNOWN),
        of("ViT-Adapter B, 592", adapter(768, 12, 12, 12, 0.5, 592), 64, 64, 100_396_256L, UNKNOWN),
        of(
            "ViT-Adapter L, 384",
            adapter(1024, 24, 16, 16, 0.5, 384),
            64,
            64,
            326_973_632L,
            UNKNOWN),
        of(
            "ViT-Adapter L, 592",
            adapter(1024, 24, 16, 16, 0.5, 592),
            64,
            64,
            327_785_664L,
            UNKNOWN),
        of("ViT-Adapter B MAE", Published.adapterOfMae(), 64, 64, 97_468_736L, UNKNOWN),
        of("ViT-Adapter B light", Published.lightAdapter(), 64, 64, 91_394_432L, UNKNOWN),
        of("ViT-Adapter BEiT L", Published.adapterOfBeit(), 64, 64, 327_380_032L, UNKNOWN),
        of("BEiT L, seg 640", Published.adapterOfBeit(640), 64, 64, 328_756_928L, UNKNOWN),
        of("BEiT L, seg 896", Published.adapterOfBeit(896), 64, 64, 331_091_648L, UNKNOWN));
  }

  private static Arguments of(
      String name, Published model, int height, int width, long parameters, double gigaMacs) {
    return Arguments.of(name, model, height, width, parameters, gigaMacs);
  }

  private static Published detection(int width, int heads, int deformHeads, double ratio) {
    return Published.detection(width, 12, heads, deformHeads, ratio, TWO_OF_THREE_WINDOWED);
  }

  private static Published adapter(
      int width, int depth, int heads, int deformHeads, double ratio, int pretrainSize) {
    return Published.adapter(
        width, depth, heads, pretrainSize, Published.adapter(depth, deformHeads, ratio));
  }

  private static Published small(int width, int heads, boolean interaction) {
    return Published.detection(width, 12, heads, 6, 1, TWO_OF_THREE_WINDOWED, 224, interaction);
  }

  private static Published segmentation(
      int width, int heads, int deformHeads, double ratio, double mrfpRatio) {
    return Published.segmentation(width, 12, heads, deformHeads, ratio, mrfpRatio);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void parametersEqualThePublishedCountAndMacsAreWithinTwoPercent(
      String name, Published model, int height, int width, long parameters, double gigaMacs) {
    Graph graph = model.trace(height, width);
    Cost cost = Cost.perScope(graph).get("");
    assertEquals(parameters, cost.parameters());
    if (gigaMacs != UNKNOWN) {
      System.out.printf("%s: %.1f GMAC, published %.1f%n", name, cost.macs() / 1e9, gigaMacs);
      assertEquals(gigaMacs, cost.macs() / 1e9, 0.02 * gigaMacs);
    }
    for (int i = 1; i <= 4; i++) {
      int stride = 2 << i;
      assertEquals(
          Shape.of(1, model.backbone().stages().get(0).channels(), height / stride, width / stride),
          graph.outputs().get("f" + i).shape());
    }
  }

  @Test
  void anUnusedMrfpDeclaresTheWeightsOfAUsedOne() {
    Map<String, Shape> traced = weightsOfSecondMrfp(List.of(true), Role.WEIGHT);
    assertEquals(2 * (2 + 6 + 3), traced.size());
    assertEquals(traced, weightsOfSecondMrfp(List.of(true, false, true, true), Role.UNREAD));
  }

  private static Map<String, Shape> weightsOfSecondMrfp(List<Boolean> toV, Role role) {
    Published small = Published.segmentation(384, 12, 6, 6, 1, 1.5);
    VitComer comer = (VitComer) small.adapter();
    Exchanges exchanges = comer.exchanges();
    Graph graph =
        new Published(
                small.backbone(),
                comer.withExchanges(
                    new Exchanges(toV, exchanges.toC(), exchanges.cnnInteraction(), 4)))
            .trace(64, 64);
    return graph.parameters().stream()
        .filter(p -> p.name().startsWith("interactions.1.mrfp.") && p.role() == role)
        .collect(Collectors.toMap(Parameter::name, Parameter::shape));
  }

  @Test
  void everyPartOfTheSmallDetectorHasThePublishedNumberOfParameters() {
    Map<String, Cost> costs = Cost.perScope(detection(384, 6, 6, 1.0).trace(800, 1344));
    Map<String, Long> parts = parts(costs);
    assertEquals(
        Map.of(
            "blocks", 21_302_784L,
            "spm", 1_307_456L,
            "cti_tov", 1_826_784L,
            "cti_toc", 1_831_392L,
            "mrfp", 638_208L,
            "extra_CTIs", 2_135_136L,
            "up", 590_208L,
            "patch_embed", 295_296L,
            "norm", 3_072L),
        parts);
    assertEquals(
        526_080 + 1_152,
        costs.get("").parameters() - parts.values().stream().mapToLong(n -> n).sum());
  }

  @Test
  void everyPartOfTheSmallAdapterHasThePublishedNumberOfParameters() {
    Map<String, Cost> costs = Cost.perScope(adapter(384, 12, 6, 6, 1, 224).trace(64, 64));
    Map<String, Long> parts = parts(costs);
    assertEquals(
        Map.of(
            "blocks", 21_302_784L,
            "spm", 1_307_456L,
            "injector", 1_523_040L,
            "extractor", 1_603_488L,
            "extra_extractors", 801_744L,
            "up", 590_208L,
            "patch_embed", 295_296L,
            "norm", 3_072L),
        parts);
    assertEquals(
        75_648 + 1_152,
        costs.get("").parameters() - parts.values().stream().mapToLong(n -> n).sum());
  }

  private static Map<String, Long> parts(Map<String, Cost> costs) {
    Map<String, Long> parts = new TreeMap<>();
    costs.forEach(
        (scope, cost) -> {
          String part = scope.replaceFirst("interactions\\.\\d\\.", "");
          boolean whole =
              scope.matches("blocks|spm|up|patch_embed|norm\\d|interactions\\.\\d\\.[^.]+");
          if (whole) {
            parts.merge(part.replaceFirst("norm\\d", "norm"), cost.parameters(), Long::sum);
          }
        });
    return parts;
  }

  @ParameterizedTest
  @CsvSource({
    "192, 2664880, 695632, 689248, 640000, 640000",
    "384, 3298144, 984736, 935104, 689152, 689152",
    "768, 5560000, 2115904, 1869184, 787456, 787456",
    "1024, 7805184, 3279616, 2819584, 852992, 852992",
    "1280, 10640192, 4771008, 4032128, 918528, 918528",
  })
  void theSimplePyramidHasTheParameterCountOfTheReference(
      int width, long all, long p2, long p3, long p4, long p5) {
    Trace trace = new Trace();
    Tensor map = trace.input("map", DType.FLOAT32, 1, width, 8, 8);
    SimplePyramid.defaults().levels(trace.root(), map, 16);
    Map<String, Cost> costs = Cost.perScope(trace.graph(Map.of("map", map)));
    List<Long> counted =
        Stream.of("", "simfp_2", "simfp_3", "simfp_4", "simfp_5")
            .map(scope -> costs.get(scope).parameters())
            .toList();
    assertEquals(List.of(all, p2, p3, p4, p5), counted);
  }

  @Test
  void scopesOfTheSimplePyramidFollowItsStrides() {
    Trace trace = new Trace();
    Tensor map = trace.input("map", DType.FLOAT32, 1, 32, 8, 8);
    SimplePyramid.defaults().levels(trace.root(), map, 8);
    Map<String, Cost> costs = Cost.perScope(trace.graph(Map.of("map", map)));
    for (String scope : List.of("simfp_1", "simfp_2", "simfp_3", "simfp_4")) {
      assertTrue(costs.containsKey(scope), scope);
    }
    assertFalse(costs.containsKey("simfp_5"));
  }

  @ParameterizedTest
  @CsvSource({
    "768, 12, 12, 85889024, 91449024",
    "1024, 24, 16, 303432704, 311237888",
    "1280, 32, 16, 631116800, 641756992",
  })
  void vitDetHasTheParameterCountOfTheReferenceWithAndWithoutPyramid(
      int width, int depth, int heads, long encoder, long all) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 64, 64);
    SimplePyramid.defaults().apply(trace.root(), Published.vitDet(width, depth, heads), image);
    Map<String, Cost> costs = Cost.perScope(trace.graph(Map.of("image", image)));
    assertEquals(encoder, costs.get("net").parameters());
    assertEquals(all, costs.get("").parameters());
  }

  @Test
  void theLargeModelTracesInLessThanASecond() {
    Published large = Published.detection(1024, 24, 16, 16, 0.5, LAST_OF_SIX_GLOBAL);
    large.trace(512, 512);
    long start = System.nanoTime();
    large.trace(800, 1344);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("ViT-CoMer-L at 800x1344 traced in %.3f s%n", seconds);
    assertTrue(seconds < 1, seconds + " s");
  }
}
