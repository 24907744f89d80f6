package dev.dovetail.backbones.vit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of published transformers, manually computed index tables, and rejected configurations. */
class VisionTransformerTest {

  /** timm's models additionally have a class token, a final norm and a classifier. */
  @ParameterizedTest
  @CsvSource({
    "192, 12, 3, 5_717_416",
    "384, 12, 6, 22_050_664",
    "768, 12, 12, 86_567_656",
    "1024, 24, 16, 304_326_632"
  })
  void aTransformerHasTheParameterCountOfTimm(int width, int depth, int heads, String published) {
    VisionTransformer vit =
        VisionTransformer.base().withSize(width, depth, heads).withLayerScale(false);
    long timmOnly = width + 2L * width + 1000L * width + 1000;
    assertEquals(Long.parseLong(published.replace("_", "")), parameters(vit, 224, 224) + timmOnly);
  }

  @Test
  void relativePositionsOfASmallWindowAreThoseOfBeit() {
    assertArrayEquals(
        new long[] {
          4, 3, 1, 0, //
          5, 4, 2, 1, //
          7, 6, 4, 3, //
          8, 7, 5, 4
        },
        new RelativePositions(2, 2, false).index());
  }

  @Test
  void theClassTokenTakesTheLastThreeRowsOfTheTable() {
    RelativePositions positions = new RelativePositions(1, 2, true);
    assertEquals(6, positions.entries());
    assertArrayEquals(new long[] {5, 3, 3, 4, 1, 0, 4, 2, 1}, positions.index());
  }

  @Test
  void aPatternOfWindowsRepeats() {
    VisionTransformer vit = VisionTransformer.base().withSize(12, 6, 2).withWindows(14, 7, 0);
    assertEquals(
        List.of(14, 7, 0, 14, 7, 0), IntStream.range(0, 6).mapToObj(i -> vit.window(i)).toList());
  }

  @Test
  void imagesArePaddedToWholePatches() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 50, 33);
    VisionTransformer vit = VisionTransformer.base().withSize(12, 1, 2).withPretrainSize(64);
    Features x = vit.stem(trace.root(), image);
    assertEquals(List.of(4, 3), List.of(x.height(), x.width()));
  }

  @Test
  void resizingTheGridKeepsThePrefix() {
    Trace trace = new Trace();
    Features x = new Features(trace.input("x", DType.FLOAT32, 1, 7, 3), 2, 3, 1, 16);
    assertEquals(Shape.of(1, 6, 3), x.grid().shape());
    assertEquals(x.tokens().shape(), x.withGrid(x.grid()).tokens().shape());
  }

  @Test
  void invalidConfigurationsAreRejectedByName() {
    refused(
        "width 100 is not a multiple of heads 12",
        () -> VisionTransformer.beit().withSize(100, 12, 12));
    refused(
        "windows has 5 elements, which do not divide the depth of 12",
        () -> VisionTransformer.beit().withWindows(1, 2, 3, 4, 5));
    refused(
        "windowed attention does not support class or register tokens, but there are 1",
        () -> parameters(withClassToken(7), 224, 224));
    refused(
        "head.pool CLASS requires a class token",
        () -> VisionTransformer.base().withHead(ClassifierHead.ofClassToken()));
    refused(
        "residualBlocks names block 12, expected 0 to 11",
        () -> VisionTransformer.base().withResidualBlocks(List.of(12)));
  }

  private static VisionTransformer withClassToken(int window) {
    return VisionTransformer.base()
        .withSize(24, 2, 2)
        .withWindows(window)
        .withEmbedding(Embedding.vit())
        .withHead(ClassifierHead.ofClassToken());
  }

  private static void refused(String sentence, Executable body) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    assertTrue(message.contains(sentence), message);
  }

  private static long parameters(Backbone backbone, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    Features x = backbone.stem(trace.root(), image);
    x = backbone.blocks(trace.root(), x, 0, 0, backbone.stages().get(0).blocks());
    return Cost.perScope(trace.graph(Map.of("x", x.tokens()))).get("").parameters();
  }
}
