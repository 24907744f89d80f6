package dev.dovetail.adapters;

import static dev.dovetail.adapters.Published.LAST_OF_SIX_GLOBAL;
import static dev.dovetail.adapters.Published.TWO_OF_THREE_WINDOWED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters and multiply-accumulates against those of the authors' code. */
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
        of("Co-DETR L", Published.coDetr(), 512, 512, 342_688_704L, UNKNOWN));
  }

  private static Arguments of(
      String name, Published model, int height, int width, long parameters, double gigaMacs) {
    return Arguments.of(name, model, height, width, parameters, gigaMacs);
  }

  private static Published detection(int width, int heads, int deformHeads, double ratio) {
    return Published.detection(width, 12, heads, deformHeads, ratio, TWO_OF_THREE_WINDOWED);
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
  void everyPartOfTheSmallDetectorHasThePublishedNumberOfParameters() {
    Map<String, Cost> costs = Cost.perScope(detection(384, 6, 6, 1.0).trace(800, 1344));
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
